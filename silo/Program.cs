using System.CommandLine;
using ModelManager.Silo.CommandLine;
using Spectre.Console;

// A pipe or file has no width: tables are not cut to that of a terminal.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 1000;

using var signals = new StopSignals(StandardOutput.Watch());
// No response files: -v @champion is an alias.
var parsed = RootCommands.Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, signals.Stopping);
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
