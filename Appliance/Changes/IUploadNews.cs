using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>Is told what becomes of an upload; from any thread.</summary>
internal interface IUploadNews
{
    /// <summary>There is room again, for which somebody waits.</summary>
    void OnRoom();

    /// <summary>It ended: with its name, or without.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="path">The path that it has, or should have had.</param>
    /// <param name="generation">The generation that shows it; 0: any does.</param>
    void OnEnded(ChangeResult result, string path, long generation);
}
