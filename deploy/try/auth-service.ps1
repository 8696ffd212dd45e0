# Walks through the requests of the auth service of the online order management against a running server, and says what
# it got. `auth-service.sh` does the same.
#
#     powershell -ExecutionPolicy Bypass -File deploy/try/auth-service.ps1 [-Auth URL]
#
# The address may also be in AUTH_URL. Ends with 1 where anything is not as the interface promises. For Windows
# PowerShell 5.1 and PowerShell 7.
param([string]$Auth = $(if ($env:AUTH_URL) { $env:AUTH_URL } else { 'http://localhost:5000' }))

Set-StrictMode -Version 2
# a slash at the end of an address makes no difference
$Auth = $Auth.TrimEnd('/')
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Net.Http

$client = New-Object System.Net.Http.HttpClient
$client.Timeout = [TimeSpan]::FromSeconds(20)
$script:surprises = 0
$script:answer = ''
$script:token = 'none'

function Surprise([string]$Text) {
    $script:surprises += 1
    Write-Host "    SURPRISE: $Text"
}

# Asks, shows the answer, and notes a surprise where the status is another one.
function Ask([int]$Wanted, [string]$Method, [string]$Path, [string]$Body = '', [string]$Bearer = '') {
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
        $script:answer = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    } catch {
        $status = 0
        $script:answer = 'no answer'
    }
    $shown = $script:answer -replace '"token":\s*"[^"]*"', '"token":"TOKEN"'
    Write-Host "$Method $Auth$Path"
    Write-Host "    $status $shown"
    if ($status -ne $Wanted) { Surprise "the status $Wanted was expected" }
}

# The answer holds this text, whatever blanks its JSON has.
function Has([string]$Text) {
    $plain = $script:answer -replace '\s', ''
    if (-not $plain.Contains($Text)) { Surprise "$Text was expected in the answer" }
}

$name = 'johndoe-' + $PID + '-' + [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()

Ask 200 GET '/health'
Has '"status":"healthy","service":"auth-service","timestamp":"'

# register
$account = "{`"username`": `"$name`", `"email`": `"$name@example.com`", `"password`": `"SecurePass123`"}"
Ask 201 POST '/register' $account
Has '"message":"Userregisteredsuccessfully"'
Has "`"username`":`"$name`",`"email`":`"$name@example.com`""
Ask 400 POST '/register' $account
Has '"error":'
Ask 400 POST '/register' '{"username": "jo", "email": "jo@example.com", "password": "SecurePass123"}'
Has '"error":'

# sign in
Ask 401 POST '/login' "{`"email`": `"$name@example.com`", `"password`": `"wrong`"}"
Has '"error":"Invalidcredentials"'
Ask 400 POST '/login' '{"email": "john@example.com"}'
Has '"error":'
Ask 200 POST '/login' "{`"email`": `"$name@example.com`", `"password`": `"SecurePass123`"}"
Has '"message":"Loginsuccessful"'
if ($script:answer -match '"token":\s*"([^"]+)"') { $script:token = $Matches[1] }

# what the token is good for
Ask 200 POST '/validate' "{`"token`": `"$($script:token)`"}"
Has '"valid":true'
Ask 401 POST '/validate' '{"token": "nonsense"}'
Has '"valid":false'
Ask 200 GET '/me' '' $script:token
Has "`"username`":`"$name`""
Has '"created_at":'
Ask 401 GET '/me'
Has '"error":'

if ($script:surprises -gt 0) {
    Write-Host "auth-service: $($script:surprises) surprises"
    exit 1
}
Write-Host 'auth-service: all as it should be'
