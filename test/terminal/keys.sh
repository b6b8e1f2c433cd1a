# keys.sh - what the scenarios are written in: keys to a VM in a tmux session of its own, and looks at its screen.
# Before: WORK (a folder), NAME (of the VM; its command is WORK/NAME/bin/vm), SOCKET (of tmux).

tmux_do() { tmux -L "$SOCKET" -f /dev/null "$@"; }

# A new session with the command in it; columns and rows.
start() { # [COMMAND [COLUMNS [ROWS]]]
    leave
    SOCKET=$SOCKET+
    prompt_number=1
    tmux_do new-session -d -x "${2:-80}" -y "${3:-40}" -s s "cd $WORK/$NAME && PATH=$WORK/$NAME/bin:\$PATH && stty sane && ${1:-exec vm}"
    tmux_do set -g history-limit 5000 > /dev/null
}
key() { tmux_do send-keys -t s "$@"; }
text() { tmux_do send-keys -l -t s -- "$1"; }
screen() { tmux_do capture-pane -p -S - -t s 2> /dev/null; }

# Waits until a line of the screen matches; gives up silently: the comparison will show it.
see() { # PATTERN
    for _ in $(seq 100); do
        screen | grep -Eq -- "$1" && return 0
        sleep 0.05
    done
    return 1
}
# Waits for the next prompt, alone on the last line that is not empty.
prompt() { see "^(\([a-z0-9@.-]+\))?$prompt_number> ?\$"; }
line() { # TEXT: one expression, up to the next prompt
    text "$1"
    key Enter
    prompt_number=$((prompt_number + 1))
    prompt
}
# The screen becomes a result of this scenario. What differs from run to run is made equal.
keep() { # SCENARIO
    screen | sed -E -e '/^Erlang\/OTP/,/^Eshell/{/^Eshell/!d}' -e "s|$WORK/$NAME|WORK|g" -e 's/<[0-9]+\.[0-9]+\.[0-9]+>/PID/g' -e 's/#Ref<[0-9.]+>/REF/g' \
        -e 's/#Port<[0-9.]+>/PORT/g' -e 's/[ ]+$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' > "$WORK/$NAME/$1.screen"
}
gone() { # waits until the session has ended
    for _ in $(seq 100); do
        tmux_do has-session -t s 2> /dev/null || return 0
        sleep 0.05
    done
    return 1
}
# Ends the shell in the session.
leave() { tmux_do kill-server 2> /dev/null; }
