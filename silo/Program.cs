using System.CommandLine;
using ModelManager.Silo.CommandLine;

return await RootCommands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
