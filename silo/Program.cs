using System.CommandLine;
using ModelManager.Silo.CommandLine;
using Spectre.Console;

// A pipe or file has no width: tables are not cut to that of a terminal.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 1000;

var parsed = RootCommands.Create().Parse(args);
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
