using System.CommandLine;
using ModelManager.Silo.CommandLine;

var parsed = RootCommands.Create().Parse(args);
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
