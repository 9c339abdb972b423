using Straightwire.Appliance.Faults;

namespace Straightwire.Appliance.Tests.Faults;

public sealed class LastWordsTests
{
    [Test]
    public void A_fault_of_the_program_is_one_line_with_its_place()
    {
        string words = "";
        try
        {
            throw new InvalidOperationException("two\nlines");
        }
        catch (InvalidOperationException e)
        {
            words = LastWords.Of(new AggregateException(e));
        }

        Assert.That(words, Does.Contain("two lines").And.Contain("InvalidOperationException")
            .And.Contain(nameof(A_fault_of_the_program_is_one_line_with_its_place)).And.Not.Contain("\n"));
    }

    [Test]
    public void Memory_that_is_not_to_be_had_says_what_to_lower() =>
        Assert.That(LastWords.Of(new InsufficientMemoryException()), Does.Contain("server.poolFrames"));
}
