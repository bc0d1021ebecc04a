using System.CommandLine;
using ModelManager.Silo.CommandLine;

using var signals = new StopSignals(StandardOutput.Watch());
var parsed = RootCommands.Create().Parse(args);
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, signals.Stopping);
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
