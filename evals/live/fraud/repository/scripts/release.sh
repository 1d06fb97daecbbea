#!/usr/bin/env bash
# Make a version the champion and let the pods load it: scripts/release.sh VERSION
set -euo pipefail

version=${1:?which version?}
python -m service.store promote "$version"
kubectl --namespace fraud rollout restart deployment/fraud
kubectl --namespace fraud rollout status deployment/fraud --timeout=180s
echo "released version $version"
