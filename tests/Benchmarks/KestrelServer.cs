using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Straightwire.Benchmarks;

/// <summary>ASP.NET's static files on Kestrel, as a peer.</summary>
internal static class KestrelServer
{
    /// <summary>Serves a directory until SIGTERM.</summary>
    public static void Run(string content, string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(content),
            ContentTypeProvider = new FileExtensionContentTypeProvider(),
        });
        application.Run(url);
    }
}
