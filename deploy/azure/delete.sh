#!/usr/bin/env bash
# Removes what create.sh and container-apps.sh made: the resource group with everything in it, the database and its backups included.
#
#     deploy/azure/delete.sh NAME-OF-THE-RESOURCE-GROUP
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=deploy/azure/names.sh
source "$here/names.sh"
need az

if [[ "${1:-}" != "$RESOURCE_GROUP" ]]; then
    echo "error: this deletes the resource group $RESOURCE_GROUP with all that is stored: say its name to go on" >&2
    echo "hint: $0 $RESOURCE_GROUP" >&2
    exit 1
fi

step "deleting the resource group $RESOURCE_GROUP (takes some minutes)"
az group delete --name "$RESOURCE_GROUP" --yes
if command -v kubectl >/dev/null && kubectl config get-contexts "$CLUSTER" >/dev/null 2>&1; then
    kubectl config delete-context "$CLUSTER"
fi
