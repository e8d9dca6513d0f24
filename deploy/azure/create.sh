#!/usr/bin/env bash
# From nothing to Sundial on Azure Kubernetes Service: registry and image, network, database, cluster, secret, release.
#
#     az login && deploy/azure/create.sh
#
# It can be run again: what is there already stays, the image is built anew, and the release is upgraded. names.sh says what can be
# chosen. delete.sh removes all of it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=deploy/azure/names.sh
source "$here/names.sh"
checkout="$(cd "$here/../.." && pwd)"
need az git kubectl helm openssl

step "resource group $RESOURCE_GROUP in $LOCATION"
az group create --name "$RESOURCE_GROUP" --location "$LOCATION" --output none
for provider in Microsoft.ContainerRegistry Microsoft.ContainerService Microsoft.DBforPostgreSQL Microsoft.Network; do
    az provider register --namespace "$provider" --wait
done

step "registry $REGISTRY and image $IMAGE:$IMAGE_TAG (compiling takes up to an hour)"
az acr create --resource-group "$RESOURCE_GROUP" --name "$REGISTRY" --sku Basic --output none
# What is committed is what is built.
context="$(mktemp -d)"
trap 'rm -rf "$context"' EXIT
git -C "$checkout" archive HEAD | tar -x -C "$context"
az acr build --registry "$REGISTRY" --image "sundial:$IMAGE_TAG" --file "$context/deploy/Dockerfile" --timeout 7200 "$context"

step "network $NETWORK"
az network vnet create --resource-group "$RESOURCE_GROUP" --name "$NETWORK" --address-prefixes "$NETWORK_RANGE" \
    --subnet-name nodes --subnet-prefixes "$NODES_RANGE" --output none
az network vnet subnet create --resource-group "$RESOURCE_GROUP" --vnet-name "$NETWORK" --name database \
    --address-prefixes "$DATABASE_RANGE" --delegations Microsoft.DBforPostgreSQL/flexibleServers --output none
nodes_subnet="$(az network vnet subnet show --resource-group "$RESOURCE_GROUP" --vnet-name "$NETWORK" --name nodes \
    --query id --output tsv)"
database_subnet="$(az network vnet subnet show --resource-group "$RESOURCE_GROUP" --vnet-name "$NETWORK" --name database \
    --query id --output tsv)"
zone="$DATABASE_SERVER.private.postgres.database.azure.com"
az network private-dns zone create --resource-group "$RESOURCE_GROUP" --name "$zone" --output none
az network private-dns link vnet create --resource-group "$RESOURCE_GROUP" --zone-name "$zone" --name "$NETWORK" \
    --virtual-network "$NETWORK" --registration-enabled false --output none

step "cluster $CLUSTER"
if ! az aks show --resource-group "$RESOURCE_GROUP" --name "$CLUSTER" --output none 2>/dev/null; then
    # Cilium enforces the chart's network policy.
    az aks create --resource-group "$RESOURCE_GROUP" --name "$CLUSTER" \
        --node-count "$NODE_COUNT" --node-vm-size "$NODE_SIZE" --zones 1 2 3 --tier standard \
        --network-plugin azure --network-plugin-mode overlay --network-dataplane cilium \
        --pod-cidr 10.244.0.0/16 --service-cidr 10.96.0.0/16 --dns-service-ip 10.96.0.10 \
        --vnet-subnet-id "$nodes_subnet" --enable-managed-identity --attach-acr "$REGISTRY" \
        --auto-upgrade-channel patch --no-ssh-key --output none
fi
az aks get-credentials --resource-group "$RESOURCE_GROUP" --name "$CLUSTER" --overwrite-existing
kubectl create namespace "$KUBERNETES_NAMESPACE" --dry-run=client --output yaml | kubectl apply --filename -

step "database server $DATABASE_SERVER"
# The password is in one place, the cluster's secret. Where that is not there, a new one is chosen and set. It is handed on by
# pipes: an argument could be read by others on this machine.
password=""
if ! kubectl --namespace "$KUBERNETES_NAMESPACE" get secret sundial-database --output name 2>/dev/null; then
    # Azure wants three kinds of letters.
    password="S-$(openssl rand -hex 24)"
fi
if ! az postgres flexible-server show --resource-group "$RESOURCE_GROUP" --name "$DATABASE_SERVER" --output none 2>/dev/null; then
    if [[ -z "$password" ]]; then
        echo "error: the cluster has a secret sundial-database, but there is no server $DATABASE_SERVER: delete the secret first" >&2
        exit 1
    fi
    printf '%s' "$password" | az postgres flexible-server create \
        --resource-group "$RESOURCE_GROUP" --name "$DATABASE_SERVER" --location "$LOCATION" \
        --version 16 --tier GeneralPurpose --sku-name "$DATABASE_SIZE" --storage-size 128 --storage-auto-grow Enabled \
        --backup-retention 14 --subnet "$database_subnet" --private-dns-zone "$zone" \
        --admin-user sundial --admin-password @- --yes --output none
elif [[ -n "$password" ]]; then
    printf '%s' "$password" | az postgres flexible-server update \
        --resource-group "$RESOURCE_GROUP" --name "$DATABASE_SERVER" \
        --admin-password @- --output none
fi
if [[ -n "$password" ]]; then
    printf '%s' "$password" | kubectl --namespace "$KUBERNETES_NAMESPACE" create secret generic sundial-database \
        --from-file=password=/dev/stdin
fi
az postgres flexible-server db create --resource-group "$RESOURCE_GROUP" --server-name "$DATABASE_SERVER" \
    --name sundial --output none
database_host="$(az postgres flexible-server show --resource-group "$RESOURCE_GROUP" --name "$DATABASE_SERVER" \
    --query fullyQualifiedDomainName --output tsv)"

step "release sundial in the Kubernetes namespace $KUBERNETES_NAMESPACE"
helm upgrade sundial "$checkout/deploy/helm/sundial" --install --namespace "$KUBERNETES_NAMESPACE" \
    --values "$checkout/deploy/helm/sundial/values-aks.yaml" \
    --set "image.repository=$IMAGE" \
    --set-string "image.tag=$IMAGE_TAG" \
    --set "server.database.postgres.host=$database_host" \
    --wait --timeout 15m
