using 'main.bicep'

// What azd deploys: each value is one of `azd env set NAME value`.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'fanout')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param runPodEndpoint = readEnvironmentVariable('RUNPOD_ENDPOINT', 'example')
param durableStorage = readEnvironmentVariable('DURABLE_STORAGE', 'azureManaged')
param schedulerSku = readEnvironmentVariable('DTS_SKU', 'Consumption')
param taskHubName = readEnvironmentVariable('DTS_TASK_HUB', 'fanout')
param alwaysReadyInstances = int(readEnvironmentVariable('ALWAYS_READY', '0'))
param vaultOfficerId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
