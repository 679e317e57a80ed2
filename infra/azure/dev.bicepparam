using 'main.bicep'

// For trying out: paid by use alone, one copy of everything, no instance that waits.
param environmentName = 'fanout-dev'
param location = 'westeurope'
param runPodEndpoint = readEnvironmentVariable('RUNPOD_ENDPOINT', 'example')
param maximumInstanceCount = 5
param vaultOfficerId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param settings = {
  LOG_LEVEL: 'DEBUG'
  MAX_LIVE_RUNS: '10'
}
