using ModelManager.Client;
using ModelManager.Configuration.Spec;
using ModelManager.Grains;
using ModelManager.Registry;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>Ends a command with a message for the user and exit code 1; no stack trace.</summary>
public sealed class CommandFailure(string message, IReadOnlyList<string>? details = null) : Exception(message)
{
    public IReadOnlyList<string> Details { get; } = details ?? [];
}

/// <summary>Runs a command so that what went wrong is told as a person would tell it.</summary>
internal static class Outcome
{
    public static async Task<int> Of(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }
        catch (CommandFailure failure)
        {
            return Tell(failure.Message, failure.Details);
        }
        catch (ModelManagerException refusal)
        {
            return Tell(refusal.Message, refusal.Details);
        }
        catch (DeploymentException refusal)
        {
            return Tell(refusal.Message, refusal.Details);
        }
        catch (RegistrySettingsException wrong)
        {
            return Tell("the settings of the model registry cannot be used", wrong.Problems);
        }
        catch (RegistryException refusal)
        {
            return Tell(refusal.Message, []);
        }
        catch (InvalidSpecException invalid)
        {
            return Tell($"the configuration has {(invalid.Errors.Length == 1 ? "an error" : $"{invalid.Errors.Length} errors")}", [.. invalid.Errors.Select(error => error.ToString())]);
        }
        catch (Exception error) when (error is SiloStartException or IOException or UnauthorizedAccessException)
        {
            return Tell(error.Message, []);
        }
    }

    private static int Tell(string message, IReadOnlyList<string> details)
    {
        Console.Error.WriteLine($"error: {message}");
        foreach (var detail in details.Where(detail => detail != message))
            Console.Error.WriteLine($"  {detail}");
        return ExitCodes.Failed;
    }
}
