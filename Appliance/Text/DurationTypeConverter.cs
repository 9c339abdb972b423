using System.ComponentModel;
using System.Globalization;

namespace Straightwire.Appliance.Text;

/// <summary>Lets the configuration binder read a <see cref="Duration"/>.</summary>
public sealed class DurationTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string);

    /// <inheritdoc/>
    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        Duration.Parse((string)value);
}
