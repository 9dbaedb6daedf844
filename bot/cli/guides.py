"""How a platform is added, step by step: what `tradewire help slack` prints, and README.md holds word for word.

Markdown that reads as well in a terminal of 80 columns. Imports nothing.
"""

SLACK = """\
1. At https://api.slack.com/apps choose "Create New App", "From a manifest",
   your workspace, and paste `deploy/slack-manifest.yaml`.
2. "Install App": install it to the workspace. Copy the bot token (`xoxb-…`)
   into a file `slack_bot_token` beside your `config.toml`.
3. "Basic Information", "App-Level Tokens": generate one with the scope
   `connections:write`, and copy it (`xapp-…`) into `slack_app_token`. Then
   `chmod 600 slack_*_token`.
4. Add this to `config.toml`, and start `tradewire run`. It says "alerts go to
   Slack, the console" and "listening to Slack".

       [slack]
       bot_token_file = "slack_bot_token"
       app_token_file = "slack_app_token"

5. In the channel write `/invite @Tradewire`, then
   `/tradewire subscribe critical-minerals`. It answers with all that the
   channel now gets, and new items come there from then on.

It takes an admin of the workspace to subscribe, or somebody whom `[access]` in
`config.toml` names. Instead of the files you can set
TRADEWIRE_SLACK__BOT_TOKEN and TRADEWIRE_SLACK__APP_TOKEN: for every command,
not for `run` alone. What can be typed in chat: `/tradewire help`.
"""

TELEGRAM = """\
1. In Telegram write `/newbot` to @BotFather, give a name and a user name, and
   copy the token that it answers with.
2. Put the token into a file `telegram_bot_token` beside your `config.toml`,
   and `chmod 600 telegram_bot_token`.
3. Add this to `config.toml`:

       [telegram]
       bot_token_file = "telegram_bot_token"

4. Start `tradewire run`. It says "alerts go to Telegram, the console" and
   "listening to Telegram".
5. Add the bot to your group, or to your channel as an administrator who may
   post, and write `/subscribe critical-minerals` there. It answers with all
   that the chat now gets; `/subscribe` alone shows the topics as buttons.

In a private chat write `/start` to the bot. In a group it takes an admin to
subscribe, or somebody whom `[access]` in `config.toml` names. Instead of the
file you can set TRADEWIRE_TELEGRAM__BOT_TOKEN: for every command, not for
`run` alone. One token is for one running service. What can be typed: `/help`.
"""

GUIDES = {"slack": SLACK, "telegram": TELEGRAM}
