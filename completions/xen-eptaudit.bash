# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion for xen-eptaudit. It knows no verb and no option: the program lists
# them, as "VERB", "VERB --FLAG", "VERB --OPTION=" and "VERB --OPTION=A|B".
# Domain names are not completed: guests may choose theirs, and a shell is no
# place for what they choose.

_xen_eptaudit()
{
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' list='' option of word value
	local -a values

	# To bash "--format=js" is three words.
	if [[ $current == = ]]; then
		option=$before current=
	elif [[ $before == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	else
		option=$before
	fi
	((COMP_CWORD == 1)) || verb=${COMP_WORDS[1]}

	COMPREPLY=()
	while read -r of word; do
		if [[ -z $verb ]]; then
			[[ -z $word && $of == "$current"* ]] && COMPREPLY+=("$of")
		elif [[ $of == "$verb" && $word == "$option="* ]]; then
			COMPREPLY=()
			IFS='|' read -ra values <<<"${word#*=}"
			# Of several columns the last one is being written.
			[[ $option != --columns || $current != *,* ]] || list=${current%,*},
			for value in "${values[@]}"; do
				[[ $list$value == "$current"* ]] && COMPREPLY+=("$list$value")
			done
			return
		elif [[ $of == "$verb" && $current == -* && $word == "$current"* ]]; then
			COMPREPLY+=("${word%%=*}")
		fi
	done <<<"$("$1" --list-completions 2>/dev/null)"
}

# Where nothing of this fits, bash completes file names.
complete -o default -F _xen_eptaudit xen-eptaudit
