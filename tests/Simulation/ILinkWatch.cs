namespace Straightwire.Simulation;

/// <summary>Who looks at the frames of a simulated link.</summary>
public interface ILinkWatch
{
    /// <summary>An end sends a frame. What arrives of it undamaged is this same array.</summary>
    void OnSent(SimulatedLink end, byte[] frame);

    /// <summary>A frame, damaged or not, is shown to who receives at an end.</summary>
    void OnArrived(SimulatedLink end, byte[] frame);
}
