using Serverless.Cli;

return await FanOutCommand.RunAsync(args);
