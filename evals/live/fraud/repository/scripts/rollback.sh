#!/usr/bin/env bash
# Take the last release back.
set -euo pipefail

kubectl --namespace fraud rollout undo deployment/fraud
kubectl --namespace fraud rollout status deployment/fraud --timeout=180s
echo "rolled back"
