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
    publish  makes artifacts/publish/straightwire, one file that needs no .NET, with the portable link
    image    builds the container image "straightwire"
.PARAMETER Content
    The directory that serve and lab serve.
.PARAMETER Runtime
    The platform that publish is for.
.PARAMETER Pcap
    With the portable link (SharpPcap) and --trace (PacketDotNet), where their packages restore. Test runs their
    tests too.
.PARAMETER NoPcap
    publish and image without them, which they have otherwise.
.PARAMETER Arguments
    What the task's program gets: options of serve and bench, the command of lab. Put two dashes before them.
.EXAMPLE
    ./build.ps1 lab -- curl -s http://198.18.0.2/
.EXAMPLE
    ./build.ps1 bench -- --rounds 3 --rows keepalive,pipelined
#>
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'test', 'serve', 'lab', 'bench', 'publish', 'image')]
    [string] $Task = 'build',

    [string] $Content = 'content',
    [string] $Runtime = 'linux-x64',
    [switch] $Pcap,
    [switch] $NoPcap,

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $Arguments = @()
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Invoke-Tool([string] $Tool, [string[]] $ToolArguments) {
    & $Tool @ToolArguments
    if ($LASTEXITCODE -ne 0) {
        Write-Host "$Tool ended with exit status $LASTEXITCODE."
        exit $LASTEXITCODE
    }
}

$properties = @()
if ($Pcap -or ($Task -eq 'publish' -and -not $NoPcap)) {
    $properties += '-p:Pcap=true'
}
$run = @('run', '-c', 'Release') + $properties + @('--project')

switch ($Task) {
    'build' { Invoke-Tool dotnet (@('build', '-c', 'Release') + $properties + $Arguments) }
    'test' {
        Invoke-Tool dotnet (@('test', '-c', 'Release') + $properties + $Arguments)
        if ($Pcap) {
            Invoke-Tool dotnet (@('test', 'tests/Devices.Pcap.Tests', '-c', 'Release') + $properties + $Arguments)
        }
    }
    'serve' { Invoke-Tool dotnet ($run + @('Appliance', '--', 'serve', $Content) + $Arguments) }
    'lab' {
        $labArguments = @('Appliance', '--', 'lab', $Content)
        if ($Arguments.Count -gt 0) {
            $labArguments += @('--') + $Arguments
        }
        Invoke-Tool dotnet ($run + $labArguments)
    }
    'bench' { Invoke-Tool dotnet ($run + @('tests/Benchmarks', '--') + $Arguments) }
    'publish' {
        $target = @('-c', 'Release', '-p:PublishProfile=SingleFile', '-r', $Runtime, '-o', 'artifacts/publish')
        Invoke-Tool dotnet (@('publish', 'Appliance') + $target + $properties + $Arguments)
    }
    'image' {
        $pcapArgument = if ($NoPcap) { 'PCAP=false' } else { 'PCAP=true' }
        $image = @('build', '-t', 'straightwire', '--build-arg', $pcapArgument)
        Invoke-Tool docker ($image + $Arguments + @('.'))
    }
}
