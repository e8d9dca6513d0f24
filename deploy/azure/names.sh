#!/usr/bin/env bash
# Names that the scripts beside this one share, and what they need. Those that are asked for like this can be set in the environment.
# shellcheck disable=SC2034  # The scripts that read this file use them.

# Everything is in this group, so that deleting it deletes everything.
RESOURCE_GROUP="${RESOURCE_GROUP:-sundial}"
LOCATION="${LOCATION:-westeurope}"
# Of the image. A new one for each build: nodes keep what they have pulled.
IMAGE_TAG="${IMAGE_TAG:-$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --short=12 HEAD)}"
KUBERNETES_NAMESPACE="${KUBERNETES_NAMESPACE:-sundial}"
NODE_COUNT="${NODE_COUNT:-3}"
NODE_SIZE="${NODE_SIZE:-Standard_D4s_v5}"
DATABASE_SIZE="${DATABASE_SIZE:-Standard_D2ds_v5}"

# Registries and database servers have names that are theirs alone in all of Azure.
SUBSCRIPTION="$(az account show --query id --output tsv)"
SUFFIX="$(printf '%s/%s' "$SUBSCRIPTION" "$RESOURCE_GROUP" | sha256sum | cut -c1-10)"
REGISTRY="${REGISTRY:-sundial$SUFFIX}"
DATABASE_SERVER="${DATABASE_SERVER:-sundial-$SUFFIX}"
CLUSTER="${CLUSTER:-sundial}"
NETWORK="${NETWORK:-sundial}"

# The parts of the network: nodes, the database, Container Apps. Pods have addresses of their own, 10.244.0.0/16.
NETWORK_RANGE=10.20.0.0/16
NODES_RANGE=10.20.0.0/20
DATABASE_RANGE=10.20.16.0/24
APPS_RANGE=10.20.18.0/23

IMAGE="$REGISTRY.azurecr.io/sundial"

# Says what is being done; what az prints goes to the log that the terminal is.
step() {
    printf '\n==> %s\n' "$*" >&2
}

need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "error: $program is not installed" >&2
            exit 1
        }
    done
}
