#!/usr/bin/env pwsh
<#
.SYNOPSIS
    One command for everything that is done with Straightwire.
.DESCRIPTION
    build    compiles all projects
    test     compiles and runs all tests
    serve    serves a directory on a TAP (root, or CAP_NET_ADMIN)
    lab      serves a directory in a private network namespace and runs a command beside it (default: a shell)
    bench    prints the table of measurements against nginx, lighttpd and Kestrel
    publish  makes artifacts/publish/straightwire, one file that needs no .NET, and the demo site beside it;
             gcc (or clang) and zlib1g-dev must be there
    image    builds the container image "straightwire"
.PARAMETER Content
    The directory that serve and lab serve; the demo site when not given.
.PARAMETER Runtime
    The platform that publish is for; the machine's own when not given. For linux-arm64 on another machine
    clang, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross must be there.
.PARAMETER Arguments
    What the task's program gets: options of serve and bench, the command of lab. Put two dashes before them.
.EXAMPLE
    ./build.ps1 lab -- curl -s http://198.18.0.2/
.EXAMPLE
    ./build.ps1 publish -Runtime linux-arm64 -- -p:ObjCopyName=aarch64-linux-gnu-objcopy
.EXAMPLE
    ./build.ps1 bench -- --rounds 3 --rows keepalive,pipelined
#>
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'test', 'serve', 'lab', 'bench', 'publish', 'image')]
    [string] $Task = 'build',

    [string] $Content = '',
    [string] $Runtime = '',

    [Parameter(ValueFromRemainingArguments)]
    [object[]] $Arguments = @()
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# A tool's exit status is this script's, and no exception.
$PSNativeCommandUseErrorActionPreference = $false

function Invoke-Tool([string] $Tool, [string[]] $ToolArguments) {
    & $Tool @ToolArguments
    if ($LASTEXITCODE -ne 0) {
        Write-Host "$Tool ended with exit status $LASTEXITCODE."
        exit $LASTEXITCODE
    }
}

# PowerShell makes an array of what has commas in it; the program wants it as it was typed.
[string[]] $rest = @(foreach ($argument in $Arguments) { $argument -join ',' })

# A directory is the caller's, everything else the repository's.
$directory = 'content'
if ($Content) {
    $directory = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Content)
}

$run = @('run', '-c', 'Release', '--project')

Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'build' { Invoke-Tool dotnet (@('build', '-c', 'Release') + $rest) }
        'test' { Invoke-Tool dotnet (@('test', '-c', 'Release') + $rest) }
        'serve' { Invoke-Tool dotnet ($run + @('Appliance', '--', 'serve', $directory) + $rest) }
        'lab' {
            $labArguments = @('Appliance', '--', 'lab', $directory)
            if ($rest.Count -gt 0) {
                $labArguments += @('--') + $rest
            }
            Invoke-Tool dotnet ($run + $labArguments)
        }
        'bench' { Invoke-Tool dotnet ($run + @('tests/Benchmarks', '--') + $rest) }
        'publish' {
            $target = @('-c', 'Release', '-o', 'artifacts/publish')
            if ($Runtime) {
                $target += @('-r', $Runtime)
            }
            Invoke-Tool dotnet (@('publish', 'Appliance') + $target + $rest)
        }
        'image' { Invoke-Tool docker (@('build', '-t', 'straightwire') + $rest + @('.')) }
    }
} finally {
    Pop-Location
}
