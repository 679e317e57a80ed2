using 'main.bicep'

// For every day: copies in three zones, one instance that is always there, and a guard for the bill that is wide.
param environmentName = 'fanout-prod'
param location = 'westeurope'
param runPodEndpoint = readEnvironmentVariable('RUNPOD_ENDPOINT', 'example')
param schedulerSku = 'Dedicated'
param schedulerCapacity = 1
param storageRedundancy = 'Standard_ZRS'
param alwaysReadyInstances = 1
param logRetentionDays = 90
param logDailyCapGb = 10
