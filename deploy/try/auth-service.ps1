# Sends the documented requests of the auth service of the online order management to a running server,
# and prints and checks the responses. `auth-service.sh` does the same.
#
#     powershell -ExecutionPolicy Bypass -File deploy/try/auth-service.ps1 [-Auth URL]
#
# The URL can also be set in AUTH_URL. Exits with 1 if a response differs from the documentation. For Windows PowerShell 5.1
# and PowerShell 7.
param([string]$Auth = $(if ($env:AUTH_URL) { $env:AUTH_URL } else { 'http://localhost:5000' }))

Set-StrictMode -Version 2
# remove trailing slashes
$Auth = $Auth.TrimEnd('/')
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Net.Http

$client = New-Object System.Net.Http.HttpClient
$client.Timeout = [TimeSpan]::FromSeconds(20)
$script:failures = 0
$script:received = ''
$script:token = 'none'

function Unexpected([string]$Text) {
    $script:failures += 1
    Write-Host "    UNEXPECTED: $Text"
}

# Sends a request, prints the response, and checks its status.
function Request([int]$Wanted, [string]$Method, [string]$Path, [string]$Body = '', [string]$Bearer = '') {
    $request = New-Object System.Net.Http.HttpRequestMessage
    $request.Method = New-Object System.Net.Http.HttpMethod -ArgumentList $Method
    $request.RequestUri = New-Object System.Uri -ArgumentList ($Auth + $Path)
    if ($Body) {
        $request.Content = New-Object System.Net.Http.StringContent -ArgumentList $Body, ([System.Text.Encoding]::UTF8), 'application/json'
    }
    if ($Bearer) {
        $request.Headers.Authorization = New-Object System.Net.Http.Headers.AuthenticationHeaderValue -ArgumentList 'Bearer', $Bearer
    }
    try {
        $response = $client.SendAsync($request).GetAwaiter().GetResult()
        $status = [int]$response.StatusCode
        $script:received = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    } catch {
        $status = 0
        $script:received = 'no response'
    }
    $shown = $script:received -replace '"token":\s*"[^"]*"', '"token":"TOKEN"'
    Write-Host "$Method $Auth$Path"
    Write-Host "    $status $shown"
    if ($status -ne $Wanted) { Unexpected "expected status $Wanted" }
}

# Checks that the response contains this text, ignoring whitespace.
function Contains([string]$Text) {
    $plain = $script:received -replace '\s', ''
    if (-not $plain.Contains($Text)) { Unexpected "expected $Text in the response" }
}

$name = 'johndoe-' + $PID + '-' + [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()

Request 200 GET '/health'
Contains '"status":"healthy","service":"auth-service","timestamp":"'

# register
$account = "{`"username`": `"$name`", `"email`": `"$name@example.com`", `"password`": `"SecurePass123`"}"
Request 201 POST '/register' $account
Contains '"message":"Userregisteredsuccessfully"'
Contains "`"username`":`"$name`",`"email`":`"$name@example.com`""
Request 400 POST '/register' $account
Contains '"error":'
Request 400 POST '/register' '{"username": "jo", "email": "jo@example.com", "password": "SecurePass123"}'
Contains '"error":'

# sign in
Request 401 POST '/login' "{`"email`": `"$name@example.com`", `"password`": `"wrong`"}"
Contains '"error":"Invalidcredentials"'
Request 400 POST '/login' '{"email": "john@example.com"}'
Contains '"error":'
Request 200 POST '/login' "{`"email`": `"$name@example.com`", `"password`": `"SecurePass123`"}"
Contains '"message":"Loginsuccessful"'
if ($script:received -match '"token":\s*"([^"]+)"') { $script:token = $Matches[1] }

# use the token
Request 200 POST '/validate' "{`"token`": `"$($script:token)`"}"
Contains '"valid":true'
Request 401 POST '/validate' '{"token": "nonsense"}'
Contains '"valid":false'
Request 200 GET '/me' '' $script:token
Contains "`"username`":`"$name`""
Contains '"created_at":'
Request 401 GET '/me'
Contains '"error":'

if ($script:failures -gt 0) {
    Write-Host "auth-service: $($script:failures) checks failed"
    exit 1
}
Write-Host 'auth-service: all checks passed'
