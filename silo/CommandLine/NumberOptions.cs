using System.CommandLine;
using System.Globalization;
using System.Net;

namespace ModelManager.Silo.CommandLine;

/// <summary>Options whose numbers have bounds: what lies outside is a usage error, told before anything starts.</summary>
internal static class NumberOptions
{
    private const int HighestPort = 65_535;
    private const int MostThreads = 1024;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(7);

    public static Option<int> Port(string name, string description, int preset) =>
        Bounded(new Option<int>(name) { Description = description, DefaultValueFactory = _ => preset, HelpName = "PORT" }, 1, HighestPort, "a port is a number from 1 to 65535");

    public static Option<int> Threads(string name, string description) =>
        Bounded(new Option<int>(name) { Description = description, HelpName = "N" }, 0, MostThreads, $"give 0 to {MostThreads} threads");

    public static Option<double> Seconds(string name, string description, double preset, params string[] aliases) =>
        Bounded(
            new Option<double>(name, aliases) { Description = description, DefaultValueFactory = _ => preset, HelpName = "SECONDS" },
            0.001,
            LongestTimeout.TotalSeconds,
            string.Create(CultureInfo.InvariantCulture, $"give seconds, from 0.001 to {LongestTimeout.TotalSeconds}"));

    /// <summary>An IP address of this machine to listen on; <c>localhost</c> is 127.0.0.1.</summary>
    public static Option<string> Address(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
        HelpName = "IP",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "localhost")
                return IPAddress.Loopback.ToString();
            if (!IPAddress.TryParse(text, out var address))
                result.AddError($"'{text}' is not an IP address to listen on: give one of this machine, such as 127.0.0.1, or 0.0.0.0 for all");
            return address?.ToString();
        },
    };

    private static Option<T> Bounded<T>(Option<T> option, T least, T most, string rule) where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is told by the parser.
            if (result.Errors.Any() || result.Tokens.Count == 0)
                return;
            var value = result.GetValueOrDefault<T>();
            if (!(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0))
                result.AddError($"{option.Name} {result.Tokens[0].Value}: {rule}");
        });
        return option;
    }
}
