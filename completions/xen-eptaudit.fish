# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion for fish. As for bash, the program itself lists its verbs, options
# and values: "VERB", "VERB --FLAG", "VERB --OPTION=" and "VERB --OPTION=A|B".
# Domain names are not completed: guests may choose theirs, and a shell is no
# place for what they choose.

function __xen_eptaudit_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] --list-completions 2>/dev/null)
    if test (count $words) -eq 1
        string match -rv ' ' -- $lines
        return
    end
    set -l own (string replace -rf "^$words[2] " '' -- $lines)
    set -l option $words[-1]
    set -l before ''
    if string match -qr '^--[^=]*=' -- $current
        set option (string replace -r '=.*' '' -- $current)
        set before "$option="
    end
    # lists of columns
    set -l value (string replace -r '^--[^=]*=' '' -- $current)
    set before $before(string match -r '.*,' -- $value; or echo '')
    set -l values (string replace -rf "^$option=" '' -- $own | string split '|' -n)
    if test (count $values) -gt 0
        printf '%s\n' "$before"$values
    else if string match -q -- '-*' $current
        string replace -r '=.*' '' -- $own
    else
        __fish_complete_path $current
    end
end

complete -c xen-eptaudit -f -a '(__xen_eptaudit_complete)'
