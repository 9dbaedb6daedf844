"""`tradewire completion`: what a shell needs to complete commands, options, topics and sources."""

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the script that lets SHELL complete commands, options, topics and sources.

    \b
    bash  eval "$(tradewire completion bash)"   in ~/.bashrc
    zsh   eval "$(tradewire completion zsh)"    in ~/.zshrc
    fish  tradewire completion fish | source    in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:  # click knows all three
        raise click.UsageError(f"there is no completion for {shell}", ctx)
    click.echo(made(ctx.find_root().command, {}, "tradewire", "_TRADEWIRE_COMPLETE").source())
    return 0
