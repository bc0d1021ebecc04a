namespace ModelManager.Registry.Tests.Support;

/// <summary>Files of a model as path and text.</summary>
internal static class Text
{
    public static Dictionary<string, byte[]> Files(params (string Path, string Text)[] files) => files.ToDictionary(file => file.Path, file => System.Text.Encoding.UTF8.GetBytes(file.Text));

    public static string Read(string folder, string path) => File.ReadAllText(Path.Combine(folder, path));
}
