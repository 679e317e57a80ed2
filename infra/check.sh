#!/usr/bin/env bash
# Compiles and lints every Bicep file, with warnings as errors. Needs the .NET SDK; the compiler comes as a package.
set -euo pipefail
cd "$(dirname "$0")"
version=0.49.2
package=azure.bicep.commandline.linux-x64
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
work=$PWD/obj
bicep=$work/packages/$package/$version/tools/bicep

if [ ! -f "$bicep" ]; then
  mkdir -p "$work"
  # A project of its own, out of reach of the repository's properties.
  echo '<Project />' | tee "$work/Directory.Build.props" "$work/Directory.Packages.props" > /dev/null
  : > "$work/Directory.Build.rsp"
  cat > "$work/bicep.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="$package" Version="[$version]" /></ItemGroup>
</Project>
XML
  dotnet restore "$work/bicep.csproj" --packages "$work/packages" --verbosity quiet
fi
chmod +x "$bicep"

# main.bicep has all the others as modules.
failed=0
for file in azure/main.bicep azure/*.bicepparam; do
  command=build; [ "${file##*.}" = bicepparam ] && command=build-params
  if ! said=$("$bicep" "$command" "$file" --stdout 2>&1 > /dev/null) || [ -n "$said" ]; then
    printf '%s\n' "$said"
    failed=1
  fi
done
for file in azure/*.bicep; do
  [ "$file" = azure/main.bicep ] || grep -qE "^module .* '${file#azure/}'" azure/*.bicep || { echo "$file is nobody's module"; failed=1; }
done
[ "$failed" -eq 0 ] && echo "$(ls azure/*.bicep azure/*.bicepparam | wc -l) Bicep files are right"
exit "$failed"
