using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Doctor;

/// <summary>One thing that doctor has looked at.</summary>
/// <param name="Verdict">What it means for the server.</param>
/// <param name="Subject">What was looked at: a word.</param>
/// <param name="Text">What was found, and what to do.</param>
public readonly record struct Finding(Verdict Verdict, string Subject, string Text)
{
    /// <summary>As it is printed.</summary>
    public override string ToString() => $"{Word,-5} {Subject,-11} {PrintableText.Of(Text)}";

    private string Word => Verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Warn => "warn",
        _ => "fail",
    };
}
