// All of the Azure head: a resource group and what is in it. See docs/azure.md.
targetScope = 'subscription'

@description('Names the environment, such as fanout-dev: the resource group is rg-NAME, and azd finds it by this name.')
@minLength(3)
@maxLength(32)
param environmentName string

@description('Where everything is, such as westeurope. Flex Consumption and Durable Task Scheduler have to be there.')
param location string

@description('The RunPod Serverless endpoint that runs the jobs: an id or a URL (RUNPOD_ENDPOINT).')
param runPodEndpoint string

@description('Settings by their names in local.settings.json.example, none of them secret. They are stronger than the defaults.')
param settings object = {}

@description('Where orchestrations are kept.')
@allowed(['azureManaged', 'AzureStorage'])
param durableStorage string = 'azureManaged'

@description('How Durable Task Scheduler is paid: by action, at most 500 a second, or by capacity unit, 2,000 a second each.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Capacity units of a Dedicated scheduler; three make it highly available.')
@minValue(1)
@maxValue(3)
param schedulerCapacity int = 1

@description('The task hub. A new name beside the old one is how versions are kept apart (docs/azure.md).')
@minLength(3)
@maxLength(45)
param taskHubName string = 'fanout'

@description('How copies of the results are kept.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageRedundancy string = 'Standard_LRS'

@description('Memory of an instance of the app, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances of the app at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are always there for orchestrations and activities; 0 lets the app rest, and wake with a cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs a day at most, as a guard for the bill. -1: any.')
param logDailyCapGb int = 1

@description('Who may write RUNPOD_API_KEY into the vault: the object id of a person or group. Empty: nobody, by this template.')
param vaultOfficerId string = ''

@description('What that id is of.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param vaultOfficerType string = 'User'

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app 'app.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: toLower(uniqueString(subscription().id, environmentName, location))
    runPodEndpoint: runPodEndpoint
    settings: settings
    durableStorage: durableStorage
    schedulerSku: schedulerSku
    schedulerCapacity: schedulerCapacity
    taskHubName: taskHubName
    storageRedundancy: storageRedundancy
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    logRetentionDays: logRetentionDays
    logDailyCapGb: logDailyCapGb
    vaultOfficerId: vaultOfficerId
    vaultOfficerType: vaultOfficerType
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = app.outputs.functionAppName
output SERVICE_API_URI string = app.outputs.functionAppUri
output AZURE_KEY_VAULT_NAME string = app.outputs.vaultName
output AZURE_STORAGE_ACCOUNT_NAME string = app.outputs.storageAccountName
output DTS_ENDPOINT string = app.outputs.schedulerEndpoint
