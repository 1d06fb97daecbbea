"""Languages are recognised, and asks in them are found, roughly."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.cutting import read_request

TWO_ASKS = [
    ("en", "Please roll back the model and set up the alerts for it."),
    ("de", "Bitte rolle das Modell zurück und informiere den On-Call."),
    ("de", "Könntet ihr das Churn-Modell zurückrollen und die dbt-Tabelle neu laden?"),
    ("fr", "Pouvez-vous remettre le modèle en arrière et prévenir l'équipe de garde ?"),
    ("es", "Por favor, añade un canario para el modelo de fraude y revisa los permisos de IAM."),
    ("pt", "Preciso reverter o modelo para a versão anterior e também criar um alerta de desvio."),
    ("it", "Vorrei ripristinare il modello di frode e aggiungere un controllo dei dati."),
    ("nl", "Kunnen jullie het model terugdraaien en daarna de tabel opnieuw laden?"),
    ("pl", "Proszę cofnąć model do poprzedniej wersji i naprawić tabelę sprzedaży w hurtowni."),
    ("ru", "Пожалуйста, откатите модель и настройте мониторинг дрейфа."),
    ("ja", "本番モデルを前のバージョンに戻して、監視を追加してください。"),
    ("zh", "请回滚欺诈模型,并且修复数据表。"),
    ("ko", "모델을 롤백하고 알림을 추가해 주세요."),
]

ONE_ASK = [
    ("sv", "Kan ni rulla tillbaka modellen till den förra versionen och inte till en äldre?"),
    ("tr", "Lütfen modeli bir önceki sürüme geri getirin, çünkü bu sürüm çok kötü."),
    ("hi", "कृपया मॉडल को पिछले संस्करण पर वापस ले जाएं"),
    ("ar", "يرجى إعادة النموذج إلى الإصدار السابق"),
]


@pytest.mark.parametrize(("language", "text"), TWO_ASKS)
def test_asks_are_found_in_each_language(language: str, text: str) -> None:
    reading = read_request(text)
    assert reading.language == language
    assert len(reading.cuts) == 2


@pytest.mark.parametrize(("language", "text"), ONE_ASK)
def test_other_languages_give_an_ask_at_least(language: str, text: str) -> None:
    reading = read_request(text)
    assert reading.language == language
    assert len(reading.cuts) >= 1


def test_english_terms_do_not_make_a_german_sentence_mixed() -> None:
    text = "Wir brauchen ein Canary Deployment für das Ranking Model und einen Rollback Path."
    assert read_request(text).language == "de"


def test_two_languages_in_earnest_are_mixed_and_each_is_read() -> None:
    text = (
        "Please add a gate to the job so that we can sleep.\n"
        "Außerdem müssen wir die Tabelle neu laden und das ist nicht fertig."
    )
    reading = read_request(text)
    assert reading.language == "mixed"
    assert reading.cuts[0].text == "add a gate to the job"
    assert any("Tabelle" in one.text for one in reading.cuts)


def test_nothing_but_signs_has_no_language() -> None:
    assert read_request("?? 12 %").language == ""
