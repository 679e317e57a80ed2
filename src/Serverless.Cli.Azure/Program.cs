using Serverless.Blobs;
using Serverless.Cli;

return await FanOutCommand.RunAsync(
    args, (address, setting) => new BlobObjectStore(new BlobAccess(setting).ContainerOf(address), address.Prefix));
