/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: entries as they are, without a judgement. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "base/text.h"
#include "report/jsonwrite.h"
#include "report/words.h"
#include "source/image/find.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum list_format { LIST_TEXT, LIST_JSON, LIST_JSONL, LIST_XEN };

struct list {
	struct common_options common;
	enum list_format format;
	struct ranges mfns;
	int type, emt, order, ipat; /* filters; -1: any */
	bool pending, find_eptp;
	unsigned int columns[8], column_count;
	struct jsonwrite json;
	/* The run being built. */
	struct entry first, last;
	uint64_t entries, types;
	uint64_t shown;
	int domid;
};

enum {
	OPT_FORMAT = 0x400,
	OPT_MFN,
	OPT_TYPE,
	OPT_EMT,
	OPT_IPAT,
	OPT_ORDER,
	OPT_PENDING,
	OPT_FIND,
	OPT_COLUMNS
};

static const struct argp_option list_options[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl|xen", 0,
	  "Form of the list; xen: as key D prints it, entry by entry", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0,
	  "Columns in text: gfn, mfn, order, entries, size, attributes, type, raw", 3 },
	{ "find-eptp", OPT_FIND, NULL, 0,
	  "List what looks like the root of an EPT in a memory image", 1 },
	{ "mfn", OPT_MFN, "FIRST[-LAST]", 0, "Entries that map these frames only (repeatable)", 4 },
	{ "type", OPT_TYPE, "TYPE", 0, "Entries of this p2m type only, where the source knows it",
	  4 },
	{ "emt", OPT_EMT, "UC|WC|WT|WP|WB", 0, "Entries with this EMT only", 4 },
	{ "ipat", OPT_IPAT, "yes|no", 0, "Entries with or without iPAT only", 4 },
	{ "order", OPT_ORDER, "0|9|18", 0, "Entries of this order only", 4 },
	{ "pending", OPT_PENDING, NULL, 0, "Entries that Xen will recompute only", 4 },
	{ 0 },
};

static int word(const char *arg, const char *const *words, struct argp_state *state,
		const char *option)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(arg, words[i]))
			return i;
	argp_error(state, "%s %s: no such value; --help lists them", option, arg);
	return -1;
}

static void parse_columns(struct list *list, const char *arg, struct argp_state *state);

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = { "text", "json", "jsonl", "xen", NULL };
	static const char *const noyes[] = { "no", "yes", NULL };
	struct list *list = state->input;

	switch (key) {
	case OPT_FORMAT:
		list->format = word(arg, formats, state, "--format");
		break;
	case OPT_COLUMNS:
		parse_columns(list, arg, state);
		break;
	case OPT_FIND:
		list->find_eptp = true;
		break;
	case OPT_MFN:
		parse_frames(&list->mfns, "--mfn", arg, state);
		break;
	case OPT_TYPE:
		list->type = parse_type(arg, state);
		break;
	case OPT_EMT:
		list->emt = memtype_parse_emt(arg, strlen(arg));
		if (list->emt < 0)
			argp_error(state, "--emt %s: UC, WC, WT, WP or WB is expected", arg);
		break;
	case OPT_IPAT:
		list->ipat = word(arg, noyes, state, "--ipat");
		break;
	case OPT_ORDER:
		list->order = parse_order(arg, state);
		break;
	case OPT_PENDING:
		list->pending = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &list->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = list_options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = common_children,
	.doc = "List the entries of a domain's p2m as they are, neighbours merged.\v"
	       "Examples:\n"
	       "  xen-eptaudit list 3 --from log --emt UC\n"
	       "  xen-eptaudit list --from vmcore --find-eptp\n"
	       "  xen-eptaudit list --from vmcore --eptp 1=0x7fc5201e --format xen\n",
};

static bool overlaps(const struct ranges *set, uint64_t frame, unsigned int order)
{
	uint64_t first = 0, last = UINT64_MAX;

	return !set->count || ranges_overlap(set, frame, frame + entry_pages(order) - 1, &first,
					     &last) != OVERLAP_NONE;
}

static bool wanted(const struct list *list, const struct entry *entry)
{
	return (list->type < 0 || entry->type == list->type) &&
	       (list->emt < 0 || (!entry->pod && entry->emt == list->emt)) &&
	       (list->ipat < 0 ||
		(!entry->pod && !entry->ipat_hidden && entry->ipat == list->ipat)) &&
	       (list->order < 0 || entry->order == list->order) &&
	       (!list->pending || entry->pending) &&
	       overlaps(&list->common.gfns, entry->gfn, entry->order) &&
	       (!list->mfns.count ||
		(!entry->pod && overlaps(&list->mfns, entry->mfn, entry->order)));
}

/* "%13lx" over 13 blanks, which a frame number fills at most. */
static void put_frame(char *field, uint64_t frame)
{
	char *p = field + 13;

	do
		*--p = "0123456789abcdef"[frame & 15];
	while ((frame >>= 4) && p > field);
}

/* words_attributes(), which are few, made once each. Seven characters. */
static const char *attributes_of(const struct entry *entry)
{
	static char made[256][16];
	char *text = made[(entry->rights & 7) | (entry->emt & 7) << 3 | entry->ipat << 6 |
			  entry->ipat_hidden << 7];

	return *text ? text : words_attributes(entry, text, sizeof(made[0]));
}

/* One line of key D; there can be many millions of them. */
static void print_xen(const struct entry *entry)
{
	char line[] = "gfn:               order:  0 mfn:               rwx WB!\n";

	put_frame(line + 5, entry->gfn);
	if (entry->order >= 10)
		line[26] = '0' + entry->order / 10;
	line[27] = '0' + entry->order % 10;
	if (entry->pod) {
		memcpy(line + 29, "PoD\n", 4);
		fwrite_unlocked(line, 1, 33, stdout);
		return;
	}
	put_frame(line + 34, entry->mfn);
	memcpy(line + 48, attributes_of(entry), 7);
	fwrite_unlocked(line, 1, sizeof(line) - 1, stdout);
}

static void print_json_run(struct list *list, uint64_t gfn_last, const char *attributes)
{
	const struct entry *first = &list->first;
	struct jsonwrite *json = &list->json;

	if (list->format == LIST_JSONL)
		json->comma = false;
	else
		json_newline(json);
	json_open(json, NULL, '{');
	if (list->format == LIST_JSONL)
		json_number(json, "domid", list->domid);
	json_hex_pair(json, "gfn", first->gfn, gfn_last);
	if (first->pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", first->mfn);
	json_number(json, "order", first->order);
	json_number(json, "entries", list->entries);
	json_string(json, "attributes", attributes);
	json_string(json, "emt",
		    first->pod	      ? NULL
		    : first->emt == 7 ? "??"
				      : memtype_name(first->emt));
	if (first->pod || first->ipat_hidden)
		json_string(json, "ipat", NULL);
	else
		json_bool(json, "ipat", first->ipat);
	json_bool(json, "pending", first->pending);
	json_open(json, "types", '[');
	if (first->type != ENTRY_TYPE_UNKNOWN)
		json_string(json, NULL, p2m_type_name(first->type));
	json_close(json, ']');
	if (first->has_raw)
		json_hex(json, "raw", first->raw);
	json_close(json, '}');
	if (list->format == LIST_JSONL)
		putchar('\n');
}

/* What a run in text can show. */
static void column_gfn(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	snprintf(text, size, "0x%" PRIx64 "-0x%" PRIx64, list->first.gfn, gfn_last);
}

static void column_mfn(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	if (list->first.pod)
		snprintf(text, size, "-");
	else
		snprintf(text, size, "0x%" PRIx64, list->first.mfn);
}

static void column_order(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	snprintf(text, size, "%u", list->first.order);
}

static void column_entries(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	snprintf(text, size, "%" PRIu64, list->entries);
}

static void column_size(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	text_size((gfn_last - list->first.gfn + 1) << 12, text, size);
}

static void column_attributes(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	words_attributes(&list->first, text, size);
}

static void column_type(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	snprintf(text, size, "%s",
		 list->first.type == ENTRY_TYPE_UNKNOWN ? "" : p2m_type_name(list->first.type));
}

static void column_raw(const struct list *list, uint64_t gfn_last, char *text, size_t size)
{
	(void)gfn_last;
	*text = '\0';
	if (list->first.has_raw)
		snprintf(text, size, "0x%016" PRIx64, list->first.raw);
}

static const struct list_column {
	const char *name;
	int width; /* negative: left-aligned */
	void (*print)(const struct list *list, uint64_t gfn_last, char *text, size_t size);
} columns[] = {
	{ "gfn", -21, column_gfn },   { "mfn", -12, column_mfn },
	{ "order", 5, column_order }, { "entries", 7, column_entries },
	{ "size", 9, column_size },   { "attributes", -10, column_attributes },
	{ "type", -12, column_type }, { "raw", -18, column_raw },
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static void parse_columns(struct list *list, const char *arg, struct argp_state *state)
{
	list->column_count = 0;
	while (*arg) {
		size_t length = strcspn(arg, ","), i;

		for (i = 0; i < COLUMN_COUNT; i++)
			if (strlen(columns[i].name) == length &&
			    !memcmp(columns[i].name, arg, length))
				break;
		if (i == COLUMN_COUNT || list->column_count == COLUMN_COUNT)
			argp_error(
				state,
				"--columns %s: gfn, mfn, order, entries, size, attributes, type and raw "
				"are the columns",
				arg);
		list->columns[list->column_count++] = i;
		arg += length;
		arg += *arg == ',';
	}
}

/* A row of the run being built, or of the titles. */
static void print_row(const struct list *list, uint64_t gfn_last, bool titles)
{
	char row[256] = " ", cell[64];
	size_t used = 1;
	unsigned int i;

	for (i = 0; i < list->column_count && used < sizeof(row); i++) {
		const struct list_column *column = &columns[list->columns[i]];

		if (titles)
			snprintf(cell, sizeof(cell), "%s", column->name);
		else
			column->print(list, gfn_last, cell, sizeof(cell));
		used += snprintf(row + used, sizeof(row) - used, "%s%*s", i ? "  " : " ",
				 column->width, cell);
	}
	used = strlen(row);
	while (used && row[used - 1] == ' ')
		row[--used] = '\0';
	puts(row);
}

static void flush_run(struct list *list)
{
	uint64_t gfn_last = list->last.gfn + entry_pages(list->last.order) - 1;
	char attributes[16];

	if (!list->entries)
		return;
	words_attributes(&list->first, attributes, sizeof(attributes));
	if (list->format == LIST_TEXT)
		print_row(list, gfn_last, false);
	else
		print_json_run(list, gfn_last, attributes);
	list->entries = 0;
}

/* Do a and b differ by advancing gfn and mfn only? */
static bool continues(const struct entry *a, const struct entry *b)
{
	uint64_t size = entry_pages(a->order);

	return b->gfn == a->gfn + size && b->order == a->order && b->pod == a->pod &&
	       (a->pod || b->mfn == a->mfn + size) && b->rights == a->rights && b->emt == a->emt &&
	       b->ipat == a->ipat && b->ipat_hidden == a->ipat_hidden && b->pending == a->pending &&
	       b->type == a->type;
}

static void show(struct list *list, const struct entry *entry)
{
	list->shown++;
	if (list->format == LIST_XEN) {
		print_xen(entry);
		return;
	}
	if (list->entries && !continues(&list->last, entry))
		flush_run(list);
	if (!list->entries)
		list->first = *entry;
	list->last = *entry;
	list->entries++;
}

static void begin_domain(struct list *list, const struct dump *dump)
{
	list->domid = dump->domid;
	list->shown = 0;
	switch (list->format) {
	case LIST_XEN:
		printf("domain%d EPT p2m table:\n", dump->domid);
		break;
	case LIST_TEXT:
		printf("Domain %d\n", dump->domid);
		print_row(list, 0, true);
		break;
	case LIST_JSON:
		json_newline(&list->json);
		json_open(&list->json, NULL, '{');
		json_number(&list->json, "domid", dump->domid);
		json_string(&list->json, "name", dump->name);
		json_number(&list->json, "dump", dump->number);
		json_open(&list->json, "runs", '[');
		break;
	default:
		break;
	}
}

static void end_domain(struct list *list, const struct dump *dump)
{
	unsigned long i;

	flush_run(list);
	if (list->format == LIST_TEXT) {
		printf("  %" PRIu64 " entries%s%s\n", list->shown,
		       dump->complete ? "" : "; incomplete: ", dump->complete ? "" : dump->reason);
		for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
			printf("  table: %s\n", dump->table_finding[i]);
	}
	if (list->format != LIST_JSON)
		return;
	json_close(&list->json, ']');
	json_number(&list->json, "entries", list->shown);
	if (dump->table_findings) {
		json_number(&list->json, "table_findings", dump->table_findings);
		json_open(&list->json, "tables", '[');
		for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
			json_string(&list->json, NULL, dump->table_finding[i]);
		json_close(&list->json, ']');
	}
	json_bool(&list->json, "complete", dump->complete);
	json_close(&list->json, '}');
}

static int list_all(struct list *list, struct source *source, int *status, struct error *err)
{
	static struct entry entries[256];
	struct dump *dump;
	ssize_t count, i;
	int rc;

	*status = STATUS_CLEAN;
	if (list->format == LIST_JSON) {
		json_open(&list->json, NULL, '{');
		json_schema(&list->json, "xen-eptaudit/list");
		json_open(&list->json, "domains", '[');
	}
	while ((dump = source_next(source, &rc, err))) {
		begin_domain(list, dump);
		while ((count = source_read(source, entries, 256, err)) > 0)
			for (i = 0; i < count; i++)
				if (wanted(list, &entries[i]))
					show(list, &entries[i]);
		if (count < 0)
			return count;
		end_domain(list, dump);
		if (!dump->complete)
			*status = STATUS_INCOMPLETE;
	}
	if (list->format == LIST_JSON) {
		json_close(&list->json, ']');
		json_number(&list->json, "exit_status", *status);
		json_close(&list->json, '}');
		putchar('\n');
	}
	return rc;
}

static void print_root(struct list *list, const struct ept_root *root)
{
	struct jsonwrite *json = &list->json;
	char size[32];

	if (list->format == LIST_TEXT || list->format == LIST_XEN) {
		printf("0x%016" PRIx64 "  %" PRIu64 " entries, %s, %" PRIu64 " tables\n",
		       root->eptp, root->entries, text_size(root->pages << 12, size, sizeof(size)),
		       root->tables);
		return;
	}
	if (list->format == LIST_JSONL)
		json->comma = false;
	else
		json_newline(json);
	json_open(json, NULL, '{');
	json_hex(json, "eptp", root->eptp);
	json_number(json, "entries", root->entries);
	json_number(json, "pages", root->pages);
	json_number(json, "tables", root->tables);
	json_close(json, '}');
	if (list->format == LIST_JSONL)
		putchar('\n');
}

static int list_roots(struct list *list, int *status, struct error *err)
{
	const char *path = list->common.source.path;
	struct jsonwrite *json = &list->json;
	struct ept_root *roots;
	struct phys *phys;
	size_t count, i;
	int rc;

	if (!path)
		return error_set(err, -EINVAL,
				 "--find-eptp looks through a memory image: name it with --from");
	rc = phys_open(path, cmd_notice, &phys, err);
	if (rc)
		return rc;
	rc = find_roots(phys, &roots, &count);
	if (phys_shrunk(phys) || rc == -ELOOP) {
		*status = STATUS_INCOMPLETE;
		fprintf(stderr, "xen-eptaudit: these may not be all roots: %s\n",
			rc ? "pages refer to each other in too many ways to follow all of them"
			   : "the image became shorter while it was read");
		rc = 0;
	}
	if (!rc && list->format == LIST_JSON) {
		json_open(json, NULL, '{');
		json_schema(json, "xen-eptaudit/list");
		json_open(json, "roots", '[');
	}
	for (i = 0; i < count && !rc; i++)
		print_root(list, &roots[i]);
	if (!rc && list->format == LIST_JSON) {
		json_close(json, ']');
		json_bool(json, "complete", *status == STATUS_CLEAN);
		json_number(json, "exit_status", *status);
		json_close(json, '}');
		putchar('\n');
	}
	free(roots);
	phys_close(phys);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	struct list list;
	struct source *source = NULL;
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	memset(&list, 0, sizeof(list));
	list.type = list.emt = list.order = list.ipat = -1;
	list.json.stream = stdout;
	while (list.column_count < 7) /* all but raw */
		list.columns[list.column_count] = list.column_count, list.column_count++;
	if (argp_parse(&argp, argc, argv, 0, NULL, &list))
		return STATUS_ERROR;
	rc = common_prepare(&list.common, &err);
	if (!rc && list.find_eptp)
		rc = list_roots(&list, &status, &err);
	else if (!rc)
		rc = source_open(&list.common.source, &source, &err);
	if (!rc && source)
		rc = list_all(&list, source, &status, &err);
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = error_set(&err, -1, "cannot write the list: is the disk full?");
	source_close(source);
	ranges_clear(&list.mfns);
	common_clear(&list.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_list = { "list", "print entries as they are, without a judgement", &argp,
				run };
