param location string
param tags object
param suffix string
param identityId string
param identityClientId string
param insightsConnectionString string
param storageAccountName string
param deploymentContainer string
param resultContainer string
param vaultUri string
@description('Empty: Durable Task keeps orchestrations in the storage account.')
param schedulerEndpoint string
param taskHubName string
param runPodEndpoint string
param settings object
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int

var durable = 'AzureFunctionsJobHost__extensions__durableTask__'

// What host.json leaves open is set here, by the names that the Functions host reads over it.
var durableSettings = empty(schedulerEndpoint)
  ? { '${durable}hubName': taskHubName }
  : {
      '${durable}hubName': taskHubName
      '${durable}storageProvider__type': 'azureManaged'
      '${durable}storageProvider__connectionStringName': 'DTS_CONNECTION_STRING'
      DTS_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
    }

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-fanout-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-fanout-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__accountName: storageAccountName
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        AzureWebJobsDisableHomepage: 'true'

        // host.json names ten minutes, the most that every plan allows. Here it may be more: the last activity of a run of
        // millions writes all results.
        AzureFunctionsJobHost__functionTimeout: '01:00:00'
        AZURE_CLIENT_ID: identityClientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        RUNPOD_API_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/RUNPOD-API-KEY)'
        RUNPOD_ENDPOINT: runPodEndpoint
        RESULT_STORE: 'azure://${resultContainer}'
        PUBLIC_URL: 'https://${app.properties.defaultHostName}'
        DAILY_SCHEDULE: '0 0 2 * * *'
      },
      durableSettings,
      settings
    )
  }

  // Only identities deploy; there is no publishing password.
  resource noScmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

output name string = app.name
output uri string = 'https://${app.properties.defaultHostName}'
