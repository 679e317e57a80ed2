// What is in the resource group. One identity reaches all of it; there is no key and no connection string.
param location string
param tags object
param suffix string
param runPodEndpoint string
param settings object
param durableStorage string
param schedulerSku string
param schedulerCapacity int
param taskHubName string
param storageRedundancy string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int
param logRetentionDays int
param logDailyCapGb int
param vaultOfficerId string
param vaultOfficerType string

var isScheduled = durableStorage == 'azureManaged'
var deploymentContainer = 'deployments'
var resultContainer = 'fanout-results'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-fanout-${suffix}'
  location: location
  tags: tags
}

module monitoring 'monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    suffix: suffix
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    principalId: identity.properties.principalId
  }
}

module storage 'storage.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'stfanout${suffix}'
    redundancy: storageRedundancy
    containers: [deploymentContainer, resultContainer]
    keepsOrchestrations: !isScheduled
    principalId: identity.properties.principalId
  }
}

module vault 'vault.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'kv-fanout-${take(suffix, 13)}'
    principalId: identity.properties.principalId
    officerId: vaultOfficerId
    officerType: vaultOfficerType
  }
}

module scheduler 'scheduler.bicep' = if (isScheduled) {
  params: {
    location: location
    tags: tags
    name: 'dts-fanout-${suffix}'
    sku: schedulerSku
    capacity: schedulerCapacity
    taskHubName: taskHubName
    principalId: identity.properties.principalId
  }
}

module functionApp 'functionApp.bicep' = {
  params: {
    location: location
    tags: tags
    suffix: suffix
    identityId: identity.id
    identityClientId: identity.properties.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    storageAccountName: storage.outputs.name
    deploymentContainer: deploymentContainer
    resultContainer: resultContainer
    vaultUri: vault.outputs.uri
    schedulerEndpoint: scheduler.?outputs.endpoint ?? ''
    taskHubName: taskHubName
    runPodEndpoint: runPodEndpoint
    settings: settings
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
  }
}

output functionAppName string = functionApp.outputs.name
output functionAppUri string = functionApp.outputs.uri
output vaultName string = vault.outputs.name
output storageAccountName string = storage.outputs.name
output schedulerEndpoint string = scheduler.?outputs.endpoint ?? ''
