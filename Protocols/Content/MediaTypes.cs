namespace Straightwire.Protocols.Content;

/// <summary>
/// Media types by file name extension: the IANA registry's, and for what it lacks those that browsers and
/// <c>mime.types</c> agree on. Text is UTF-8 (RFC 2046 §4.1.2 leaves the default to the sender).
/// </summary>
public static class MediaTypes
{
    /// <summary>What a file of an unknown kind is (RFC 9110 §8.3).</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByExtension = Parse(Table);

    /// <summary>Extensions that are known.</summary>
    public static int Count => ByExtension.Count;

    /// <summary>
    /// The media type of a file, with <c>; charset=utf-8</c> on text, by what follows the last dot of its
    /// name.
    /// </summary>
    public static string Of(string name)
    {
        int dot = name.LastIndexOf('.');
        // A name that begins with its only dot has no extension.
        return dot > name.LastIndexOf('/') + 1 && ByExtension.TryGetValue(name[(dot + 1)..], out string? type)
            ? type
            : Unknown;
    }

    private static Dictionary<string, string> Parse(string table)
    {
        var types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string type = IsText(words[0]) ? words[0] + "; charset=utf-8" : words[0];
            foreach (string extension in words.AsSpan(1))
            {
                types.Add(extension, type);
            }
        }
        return types;
    }

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.EndsWith("+xml", StringComparison.Ordinal)
        || type.EndsWith("+json", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/xml-dtd" or "application/yaml"
            or "application/x-ndjson" or "application/toml" or "application/sql" or "application/x-sh";

    private const string Table = """
        text/html html htm shtml
        text/css css
        text/javascript js mjs cjs
        text/plain txt text log conf ini cfg def list in diff patch nfo
        text/markdown md markdown mkd
        text/csv csv
        text/tab-separated-values tsv
        text/calendar ics ifb
        text/vcard vcf vcard
        text/vtt vtt
        text/cache-manifest appcache
        text/x-component htc
        text/troff t tr roff man me ms
        text/x-c c cc cpp cxx h hh hpp
        text/x-java-source java
        text/x-python py
        text/x-csharp cs
        text/x-go go
        text/x-rust rs
        text/x-typescript tsx
        text/x-lua lua
        text/x-perl pl pm
        text/x-tex tex ltx sty cls
        text/x-asm s asm
        text/x-pascal pas
        text/x-fortran f for f77 f90
        text/x-scss scss
        text/x-sass sass
        text/less less
        text/jsx jsx
        text/rtf rtx
        text/sgml sgml sgm
        text/turtle ttl
        text/n3 n3
        text/uri-list uri uris urls
        text/vnd.wap.wml wml
        text/vnd.sun.j2me.app-descriptor jad
        text/vnd.graphviz gv
        text/x-opml opml
        text/x-setext etx
        text/x-vcalendar vcs
        text/mathml mml
        application/json json map
        application/ld+json jsonld
        application/geo+json geojson
        application/manifest+json webmanifest
        application/feed+json jsonfeed
        application/schema+json jschema
        application/x-ndjson ndjson jsonl
        application/json5 json5
        application/yaml yaml yml
        application/toml toml
        application/sql sql
        application/xml xml xsl xsd rng
        application/xml-dtd dtd mod
        application/xhtml+xml xhtml xht
        application/xslt+xml xslt
        application/rss+xml rss
        application/atom+xml atom
        application/rdf+xml rdf owl
        application/mathml+xml mathml
        application/smil+xml smil smi
        application/gpx+xml gpx
        application/ttml+xml ttml dfxp
        application/dash+xml mpd
        application/metalink4+xml meta4
        application/opensearchdescription+xml osdx
        application/vnd.google-earth.kml+xml kml
        application/vnd.google-earth.kmz kmz
        application/vnd.mozilla.xul+xml xul
        application/wasm wasm
        application/pdf pdf
        application/postscript ps eps ai
        application/rtf rtf
        application/sparql-query rq
        application/graphql gql graphql
        application/dart dart
        application/x-httpd-php-source phps
        application/x-sh sh
        application/x-csh csh
        application/x-tcl tcl tk
        application/x-latex latex
        application/x-dvi dvi
        application/x-texinfo texinfo texi
        application/x-bibtex bib
        application/x-x509-ca-cert der crt pem
        application/pkix-crl crl
        application/pkcs8 p8
        application/pkcs10 p10
        application/x-pkcs12 p12 pfx
        application/pkcs7-mime p7m p7c
        application/pkcs7-signature p7s
        application/pgp-encrypted pgp gpg
        application/pgp-signature sig asc
        application/pgp-keys key
        application/timestamped-data tsd
        image/png png
        image/apng apng
        image/jpeg jpg jpeg jpe jfif pjpeg pjp
        image/gif gif
        image/webp webp
        image/avif avif
        image/avif-sequence avifs
        image/heic heic
        image/heif heif
        image/jxl jxl
        image/jp2 jp2 jpg2
        image/jpx jpx jpf
        image/svg+xml svg
        image/x-icon ico cur
        image/bmp bmp dib
        image/tiff tif tiff
        image/ktx2 ktx2
        image/ktx ktx
        image/vnd.adobe.photoshop psd
        image/vnd.djvu djvu djv
        image/vnd.dxf dxf
        image/vnd.dwg dwg
        image/vnd.ms-dds dds
        image/vnd.wap.wbmp wbmp
        image/x-tga tga
        image/x-xcf xcf
        image/x-portable-anymap pnm
        image/x-portable-bitmap pbm
        image/x-portable-graymap pgm
        image/x-portable-pixmap ppm
        image/x-xbitmap xbm
        image/x-xpixmap xpm
        image/x-pcx pcx
        image/emf emf
        image/wmf wmf
        image/x-adobe-dng dng
        image/x-canon-cr2 cr2
        image/x-nikon-nef nef
        image/vnd.radiance hdr
        image/x-exr exr
        audio/mpeg mp3 mp2 mpga m2a m3a
        audio/mp4 m4a m4b mp4a
        audio/aac aac
        audio/ogg ogg oga opus spx
        audio/flac flac
        audio/wav wav
        audio/webm weba
        audio/midi mid midi kar rmi
        audio/aiff aif aiff aifc
        audio/basic au snd
        audio/amr amr
        audio/ac3 ac3
        audio/x-matroska mka
        audio/x-mpegurl m3u
        audio/x-ms-wma wma
        audio/x-pn-realaudio ra ram
        audio/x-scpls pls
        audio/x-caf caf
        audio/xm xm
        video/mp4 mp4 m4v mp4v mpg4
        video/iso.segment m4s
        video/mpeg mpg mpeg mpe m1v m2v
        video/mp2t ts m2ts mts
        video/webm webm
        video/ogg ogv
        video/quicktime mov qt
        video/x-matroska mkv mk3d
        video/x-msvideo avi
        video/x-ms-wmv wmv
        video/x-ms-asf asf asx
        video/x-flv flv
        video/x-f4v f4v
        video/3gpp 3gp
        video/3gpp2 3g2
        video/h264 h264
        video/h265 h265 hevc
        video/AV1 av1 obu
        video/x-mng mng
        application/vnd.apple.mpegurl m3u8
        application/ogg ogx
        application/x-subrip srt
        application/x-shockwave-flash swf
        font/woff woff
        font/woff2 woff2
        font/ttf ttf
        font/otf otf
        font/collection ttc
        application/vnd.ms-fontobject eot
        application/x-font-type1 pfa pfb pfm afm
        application/x-font-bdf bdf
        application/x-font-pcf pcf
        application/zip zip
        application/gzip gz
        application/x-tar tar
        application/x-compressed-tar tgz
        application/x-bzip bz
        application/x-bzip2 bz2 tbz2
        application/x-xz xz txz
        application/x-lzma lzma
        application/x-lzip lz
        application/x-lz4 lz4
        application/zstd zst tzst
        application/x-brotli br
        application/x-7z-compressed 7z
        application/vnd.rar rar
        application/x-compress z
        application/x-cpio cpio
        application/x-shar shar
        application/x-stuffit sit
        application/x-lzh-compressed lzh lha
        application/x-archive a ar
        application/x-arj arj
        application/x-ace-compressed ace
        application/vnd.ms-cab-compressed cab
        application/java-archive jar war ear
        application/java-vm class
        application/x-java-jnlp-file jnlp
        application/vnd.android.package-archive apk aab
        application/vnd.debian.binary-package deb udeb
        application/x-rpm rpm
        application/vnd.flatpak flatpak
        application/vnd.snap snap
        application/vnd.appimage appimage
        application/x-apple-diskimage dmg
        application/vnd.apple.installer+zip pkg mpkg
        application/x-ios-app ipa
        application/vnd.microsoft.portable-executable exe dll
        application/x-msi msi
        application/vnd.ms-appx appx msix
        application/x-iso9660-image iso
        application/x-raw-disk-image img
        application/x-qemu-disk qcow2
        application/x-vhd vhd vhdx
        application/x-virtualbox-ova ova
        application/x-virtualbox-vmdk vmdk
        application/x-xpinstall xpi
        application/x-chrome-extension crx
        application/x-nuget nupkg
        application/x-wheel+zip whl
        application/x-bittorrent torrent
        application/x-sqlite3 sqlite sqlite3 db3
        application/vnd.apache.parquet parquet
        application/vnd.apache.arrow.file arrow
        application/x-hdf5 h5 hdf5
        application/x-netcdf nc cdf
        application/vnd.mapbox-vector-tile mvt pbf
        application/vnd.pmtiles pmtiles
        application/epub+zip epub
        application/x-mobipocket-ebook mobi prc
        application/vnd.amazon.ebook azw azw3
        application/x-fictionbook+xml fb2
        application/vnd.comicbook+zip cbz
        application/vnd.comicbook-rar cbr
        application/msword doc dot
        application/vnd.ms-excel xls xlt xlm
        application/vnd.ms-powerpoint ppt pps pot
        application/vnd.ms-word.document.macroenabled.12 docm
        application/vnd.ms-excel.sheet.macroenabled.12 xlsm
        application/vnd.ms-powerpoint.presentation.macroenabled.12 pptm
        application/vnd.ms-outlook msg
        application/vnd.ms-project mpp
        application/vnd.ms-xpsdocument xps
        application/vnd.visio vsd vst vss
        application/x-msaccess mdb
        application/onenote one onepkg
        application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
        application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
        application/vnd.openxmlformats-officedocument.spreadsheetml.template xltx
        application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
        application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx
        application/vnd.oasis.opendocument.text odt
        application/vnd.oasis.opendocument.text-template ott
        application/vnd.oasis.opendocument.spreadsheet ods
        application/vnd.oasis.opendocument.presentation odp
        application/vnd.oasis.opendocument.graphics odg
        application/vnd.oasis.opendocument.formula odf
        application/vnd.oasis.opendocument.database odb
        application/vnd.apple.pages pages
        application/vnd.apple.numbers numbers
        application/vnd.apple.keynote keynote
        application/x-abiword abw
        application/vnd.tcpdump.pcap pcap cap
        application/x-pcapng pcapng
        application/x-ipynb+json ipynb
        application/x-gnuplot gnuplot
        application/dicom dcm
        application/gml+xml gml
        application/mbox mbox
        message/rfc822 eml mht mhtml
        model/gltf-binary glb
        model/gltf+json gltf
        model/obj obj
        model/mtl mtl
        model/stl stl
        model/3mf 3mf
        model/iges igs iges
        model/step step stp
        model/vrml wrl vrml
        model/x3d+xml x3d
        model/vnd.collada+xml dae
        model/vnd.usdz+zip usdz
        chemical/x-pdb pdb
        chemical/x-xyz xyz
        """;
}
