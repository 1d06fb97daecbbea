#!/bin/sh
# Runs the main job on a copy of examples/churn in .demo/: no key, no network, nothing else touched.
set -eu
cd "$(dirname "$0")/.."
folder=$PWD/.demo
rm -rf "$folder"
mkdir "$folder"
cp -R examples/churn "$folder/churn"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 XDG_STATE_HOME="$folder/state"
cd "$folder/churn"
git init -q -b main .
git add -A
git -c user.name=demo -c user.email=demo@example.org commit -q -m "A churn model"

request="The nightly retraining promotes a model even when the evaluation failed. \
Make a failing evaluation stop the promotion."
confinement=""
if ! mlops-agent doctor --format json | grep -q '"works": true'; then
  echo "No sandbox on this machine: the bundled example is ours, so the demo goes on without one." >&2
  echo "For other repositories install bubblewrap: mlops-agent doctor says how." >&2
  confinement="--no-sandbox"
fi
printf '\n$ mlops-agent run "%s"\n\n' "$request"
# shellcheck disable=SC2086  an empty word must vanish
mlops-agent run "$request" $confinement
run=$(ls "$XDG_STATE_HOME/mlops-agent/runs")
cat <<END

The repository and the run are in .demo/: look around, then delete it. From here, that is:

  export XDG_STATE_HOME="\$PWD/.demo/state" PATH="\$PWD/.venv-demo/bin:\$PATH"
  mlops-agent check $run --rerun${confinement:+ $confinement}
  mlops-agent map .demo/churn
  mlops-agent audit .demo/churn
END
