#!/usr/bin/env bash
# Worker hosts on Azure Container Apps, without nodes to look after, for the server that create.sh made or for another one.
#
#     deploy/azure/container-apps.sh              # for the server in the cluster: it gets an address in the private network
#     ADDRESS=HOST:PORT deploy/azure/container-apps.sh
#
# Needs what create.sh made: its registry with the image, and its network.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=deploy/azure/names.sh
source "$here/names.sh"
checkout="$(cd "$here/../.." && pwd)"
need az

APP="${APP:-sundial-worker}"
REPLICAS="${REPLICAS:-2}"

for provider in Microsoft.App Microsoft.OperationalInsights; do
    az provider register --namespace "$provider" --wait
done

if [[ -z "${ADDRESS:-}" ]]; then
    need helm kubectl
    step "an address in the network $NETWORK for the server"
    helm upgrade sundial "$checkout/deploy/helm/sundial" --namespace "$KUBERNETES_NAMESPACE" --reuse-values \
        --set server.service.type=LoadBalancer \
        --set-string 'server.service.annotations.service\.beta\.kubernetes\.io/azure-load-balancer-internal=true' \
        --set "networkPolicy.clientRanges={$APPS_RANGE}" \
        --wait --timeout 15m
    kubectl --namespace "$KUBERNETES_NAMESPACE" wait service/sundial-server --timeout 10m \
        --for 'jsonpath={.status.loadBalancer.ingress[0].ip}'
    ip="$(kubectl --namespace "$KUBERNETES_NAMESPACE" get service/sundial-server \
        --output 'jsonpath={.status.loadBalancer.ingress[0].ip}')"
    ADDRESS="$ip:7233"
fi

step "environment for Container Apps in the network $NETWORK"
az network vnet subnet create --resource-group "$RESOURCE_GROUP" --vnet-name "$NETWORK" --name apps \
    --address-prefixes "$APPS_RANGE" --delegations Microsoft.App/environments --output none
apps_subnet="$(az network vnet subnet show --resource-group "$RESOURCE_GROUP" --vnet-name "$NETWORK" --name apps \
    --query id --output tsv)"
az containerapp env create --resource-group "$RESOURCE_GROUP" --name "$APP" --location "$LOCATION" \
    --infrastructure-subnet-resource-id "$apps_subnet" --internal-only true --logs-destination azure-monitor --output none

step "$REPLICAS worker hosts for $ADDRESS"
# The identity that may pull from the registry; there is no password.
az identity create --resource-group "$RESOURCE_GROUP" --name "$APP" --location "$LOCATION" --output none
identity="$(az identity show --resource-group "$RESOURCE_GROUP" --name "$APP" --query id --output tsv)"
principal="$(az identity show --resource-group "$RESOURCE_GROUP" --name "$APP" --query principalId --output tsv)"
registry="$(az acr show --resource-group "$RESOURCE_GROUP" --name "$REGISTRY" --query id --output tsv)"
az role assignment create --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal \
    --role AcrPull --scope "$registry" --output none
# No ingress: worker hosts only call. The number is fixed: they hold runs in memory, which what is idle must not lose.
az containerapp create --resource-group "$RESOURCE_GROUP" --name "$APP" --environment "$APP" \
    --image "$IMAGE:$IMAGE_TAG" --registry-server "$REGISTRY.azurecr.io" --registry-identity "$identity" \
    --user-assigned "$identity" --cpu 1.0 --memory 2.0Gi --min-replicas "$REPLICAS" --max-replicas "$REPLICAS" \
    --termination-grace-period 60 --args worker \
    --env-vars "SUNDIAL_ADDRESS=$ADDRESS" SUNDIAL_CACHE_LIMIT=768MiB --output none
