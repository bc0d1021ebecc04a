namespace ModelManager.Registry;

/// <summary>An artifact or its listing breaks a rule of safety (path, size, number, symlink, place). Never stored, never served.</summary>
public sealed class ArtifactRefusedException(string message) : RegistryException(message);

/// <summary>The file or folder is not there.</summary>
public sealed class ArtifactNotFoundException(string message, Exception? inner = null) : RegistryException(message, inner);

/// <summary>The object was replaced between the listing and the read.</summary>
public sealed class ArtifactChangedException(string message, Exception? inner = null) : RegistryException(message, inner);

/// <summary>What arrived is not what was listed or promised: length, checksum, digest, or a web page in place of a file.</summary>
public sealed class ArtifactCorruptException(string message, Exception? inner = null) : RegistryException(message, inner);

/// <summary>A URI of a kind this program does not read.</summary>
public sealed class UnsupportedArtifactSchemeException(string message) : RegistryException(message);

/// <summary>The text is no model or artifact URI.</summary>
public sealed class InvalidModelUriException(string message) : RegistryException(message);

/// <summary>The cache cannot take the model: quota, free space, or the disk itself is full. What is loaded stays loaded.</summary>
public sealed class CacheFullException(string message, Exception? inner = null) : RegistryException(message, inner);
