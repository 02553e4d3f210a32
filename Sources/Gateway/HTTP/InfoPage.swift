/// The page at `/`: what this is and how to call it, for someone who opened it in a browser.
enum InfoPage {
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Bedrock gateway</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1d1d1f; }
        code, pre { font: 14px/1.5 ui-monospace, monospace; background: #f4f4f6; border-radius: 4px; }
        code { padding: .1em .3em; } pre { padding: 1rem; overflow-x: auto; }
        td { padding: .2rem 1rem .2rem 0; vertical-align: top; }
        @media (prefers-color-scheme: dark) { body { background: #1d1d1f; color: #eee; } code, pre { background: #2d2d30; } }
        </style>
        </head>
        <body>
        <h1>Bedrock gateway</h1>
        <p>An OpenAI-compatible gateway to AWS Bedrock. Point an OpenAI client's base URL at <code>/v1</code> here.</p>
        <table>
        <tr><td><code>POST /v1/chat/completions</code></td><td>chat, whole or streamed</td></tr>
        <tr><td><code>GET /v1/models</code></td><td>the models, with limits and capabilities; no key needed</td></tr>
        <tr><td><code>GET /health</code></td><td>liveness; no key needed, never rate limited</td></tr>
        </table>
        <p>The API key is <code>region.accessKeyId.secretAccessKey</code>, with <code>.sessionToken</code> behind it for
        temporary credentials, or <code>region.BEDROCK_API_KEY</code>.</p>
        <pre>curl $BASE/v1/chat/completions \\
          -H "Authorization: Bearer us-east-1.AKIA….secret" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "Claude-Sonnet-4-6", "messages": [{"role": "user", "content": "Hello"}]}'</pre>
        <p>The same paths work without <code>/v1</code>.</p>
        </body>
        </html>

        """
}
