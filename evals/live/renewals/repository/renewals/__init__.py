"""Who will renew?"""

MODEL = "renewals"
