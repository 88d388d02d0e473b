/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader of JSON (RFC 8259). Libraries for it do not survive that memory runs out in any of their
 * many allocations; this one makes one, of which the size is known before.
 */
#include "base/jsonread.h"

#include "base/opened.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What one text may have: it is more than any line or file of facts has. */
#define CONTAINERS_MOST 65536
#define VALUES_MOST	262144
#define DEPTH_MOST	32

enum type { TYPE_NULL, TYPE_BOOL, TYPE_NUMBER, TYPE_STRING, TYPE_ARRAY, TYPE_OBJECT };

struct json_object {
	enum type type;
	bool whole;		  /* a number that is one, not negative, and fits; or true */
	const char *key;	  /* of a member */
	struct json_object *next; /* behind it in the same array or object */
	union {
		uint64_t number;
		size_t count;  /* of what is in it */
		size_t length; /* of the text */
	};
	union {
		const char *text;
		struct json_object *first;
	};
	/* Where the last item was that was asked for: mostly the next one is wanted then. */
	struct json_object *item;
	size_t item_index;
};

/* While a text is read, which is a copy: strings are put right in place, where they get shorter. */
struct parser {
	char *at, *end;
	struct json_object *free; /* next that is not used */
	unsigned int depth;
};

static bool parse_value(struct parser *parser, struct json_object *value);

static void skip_blanks(struct parser *parser)
{
	while (parser->at < parser->end && strchr(" \t\r\n", *parser->at) && *parser->at)
		parser->at++;
}

/* Goes over this character, if it is the next one but for blanks. */
static bool take(struct parser *parser, char wanted)
{
	skip_blanks(parser);
	if (parser->at == parser->end || *parser->at != wanted)
		return false;
	parser->at++;
	return true;
}

static bool take_word(struct parser *parser, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
		return false;
	parser->at += length;
	return true;
}

/* Four hex digits. */
static bool take_unit(struct parser *parser, unsigned int *unit)
{
	uint64_t value;

	if (parser->end - parser->at < 4 || parser->at[1] == 'x' || parser->at[1] == 'X' ||
	    !text_hex(parser->at, parser->at + 4, &value))
		return false;
	*unit = value;
	parser->at += 4;
	return true;
}

static char *put_utf8(char *to, unsigned int code)
{
	if (code < 0x80) {
		*to++ = code;
		return to;
	}
	if (code < 0x800) {
		*to++ = 0xc0 | code >> 6;
	} else {
		if (code < 0x10000) {
			*to++ = 0xe0 | code >> 12;
		} else {
			*to++ = 0xf0 | code >> 18;
			*to++ = 0x80 | (code >> 12 & 0x3f);
		}
		*to++ = 0x80 | (code >> 6 & 0x3f);
	}
	*to++ = 0x80 | (code & 0x3f);
	return to;
}

/* What follows "\u": one unit, or two that belong together. Half of such a pair is U+FFFD. */
static char *take_code(struct parser *parser, char *to)
{
	unsigned int code, low;

	if (!take_unit(parser, &code))
		return NULL;
	if (code >> 10 == 0xd800 >> 10) {
		char *behind = parser->at;

		if (take_word(parser, "\\u") && take_unit(parser, &low) &&
		    low >> 10 == 0xdc00 >> 10) {
			code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
		} else {
			parser->at = behind;
			code = 0xfffd;
		}
	} else if (code >> 10 == 0xdc00 >> 10) {
		code = 0xfffd;
	}
	return put_utf8(to, code);
}

static char *take_escaped(struct parser *parser, char *to)
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char c = parser->at < parser->end ? *parser->at++ : '\0';
	const char *found = c ? strchr(names, c) : NULL;

	if (c == 'u')
		return take_code(parser, to);
	if (!found)
		return NULL;
	*to++ = means[found - names];
	return to;
}

/* A string behind its first quote. Its end takes the place of the last one, at most. */
static bool parse_string(struct parser *parser, const char **text, size_t *length)
{
	char *to = parser->at;

	*text = to;
	while (parser->at < parser->end && *parser->at != '"') {
		char c = *parser->at++;

		if (!c)
			return false;
		if (c != '\\')
			*to++ = c;
		else if (!(to = take_escaped(parser, to)))
			return false;
	}
	if (parser->at == parser->end)
		return false;
	parser->at++;
	*length = to - *text;
	*to = '\0';
	return true;
}

static bool take_digits(struct parser *parser)
{
	char *from = parser->at;

	while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9')
		parser->at++;
	return parser->at > from;
}

static bool parse_number(struct parser *parser, struct json_object *value)
{
	bool negative = take_word(parser, "-");
	char *from = parser->at;
	uint64_t number = 0;

	value->type = TYPE_NUMBER;
	value->whole = true;
	if (!take_digits(parser) || (*from == '0' && parser->at - from > 1))
		return false;
	for (; from < parser->at; from++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *from - '0', &number))
			value->whole = false;
	value->number = number;
	if (negative && number)
		value->whole = false;
	if (take_word(parser, ".")) {
		value->whole = false;
		if (!take_digits(parser))
			return false;
	}
	if (take_word(parser, "e") || take_word(parser, "E")) {
		value->whole = false;
		if (!take_word(parser, "+"))
			take_word(parser, "-");
		return take_digits(parser);
	}
	return true;
}

/* The values of an array or object behind its bracket, and the bracket that ends it. */
static bool parse_container(struct parser *parser, struct json_object *value, char closing)
{
	struct json_object **link = &value->first;

	value->type = closing == '}' ? TYPE_OBJECT : TYPE_ARRAY;
	if (take(parser, closing))
		return true;
	do {
		struct json_object *part = parser->free++;
		size_t length;

		if (value->type == TYPE_OBJECT &&
		    (!take(parser, '"') || !parse_string(parser, &part->key, &length) ||
		     strlen(part->key) != length || !take(parser, ':')))
			return false;
		if (!parse_value(parser, part))
			return false;
		*link = part;
		link = &part->next;
		value->count++;
	} while (take(parser, ','));
	return take(parser, closing);
}

static bool parse_value(struct parser *parser, struct json_object *value)
{
	bool good;

	skip_blanks(parser);
	if (parser->at == parser->end || parser->depth == DEPTH_MOST)
		return false;
	switch (*parser->at) {
	case '[':
	case '{':
		parser->depth++;
		good = parse_container(parser, value, *parser->at++ == '[' ? ']' : '}');
		parser->depth--;
		return good;
	case '"':
		parser->at++;
		value->type = TYPE_STRING;
		return parse_string(parser, &value->text, &value->length);
	case 't':
		value->type = TYPE_BOOL;
		value->whole = true;
		return take_word(parser, "true");
	case 'f':
		value->type = TYPE_BOOL;
		return take_word(parser, "false");
	case 'n':
		return take_word(parser, "null");
	default:
		return parse_number(parser, value);
	}
}

/* How many values a text can have; 0: too many. Brackets in strings count, too: there are few. */
static size_t count_values(const char *text, size_t length)
{
	size_t containers = 0, values = 0, i;

	for (i = 0; i < length; i++) {
		containers += text[i] == '[' || text[i] == '{';
		values += text[i] == ',';
	}
	return containers > CONTAINERS_MOST || values > VALUES_MOST ? 0 : 1 + containers + values;
}

struct json_object *jsonread_text(const char *text, size_t length)
{
	size_t count = count_values(text, length);
	struct json_object *json = count ? calloc(1, count * sizeof(*json) + length + 1) : NULL;
	struct parser parser;

	if (!json) {
		errno = count ? ENOMEM : EINVAL;
		return NULL;
	}
	parser = (struct parser){ .at = (char *)&json[count], .free = json + 1 };
	parser.end = parser.at + length;
	memcpy(parser.at, text, length);
	if (parse_value(&parser, json) && json->type != TYPE_NULL) {
		skip_blanks(&parser);
		if (parser.at == parser.end)
			return json;
	}
	free(json);
	errno = EINVAL;
	return NULL;
}

#define FILE_MOST (8u << 20) /* bytes */

/* All of it, if it is not longer than FILE_MOST. To be freed. */
static char *read_all(int fd, size_t *length, struct error *err)
{
	char *text = malloc(FILE_MOST + 1);
	ssize_t n = 1;

	*length = 0;
	if (!text) {
		error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	while (n && *length <= FILE_MOST) {
		n = read(fd, text + *length, FILE_MOST + 1 - *length);
		if (n < 0 && errno != EINTR)
			break;
		*length += n > 0 ? n : 0;
	}
	if (n >= 0 && *length <= FILE_MOST)
		return text;
	if (n < 0)
		error_set(err, -errno, "%s", strerror(errno));
	else
		error_set(err, -EFBIG, "it has more than %u MiB", FILE_MOST >> 20);
	free(text);
	return NULL;
}

struct json_object *jsonread_file(const char *path, struct error *err)
{
	int fd = strcmp(path, "-") ? opened_file(path) : 0;
	struct json_object *json;
	size_t length;
	char *text;

	if (fd < 0) {
		error_set(err, -errno, "%s", strerror(errno));
		return NULL;
	}
	text = read_all(fd, &length, err);
	if (fd)
		close(fd);
	if (!text)
		return NULL;
	json = jsonread_text(text, length);
	if (!json)
		error_set(err, -errno, "%s",
			  errno == ENOMEM ? "out of memory" : "not JSON, or with too many parts");
	free(text);
	return json;
}

void jsonread_free(struct json_object *json)
{
	free(json);
}

static bool is_type(const struct json_object *json, enum type type)
{
	return json && json->type == type;
}

/* Null is as good as nothing. */
static struct json_object *not_null(struct json_object *json)
{
	return is_type(json, TYPE_NULL) ? NULL : json;
}

bool jsonread_is_object(struct json_object *json)
{
	return is_type(json, TYPE_OBJECT);
}

bool jsonread_is_array(struct json_object *json)
{
	return is_type(json, TYPE_ARRAY);
}

struct json_object *jsonread_member(struct json_object *json, const char *key)
{
	struct json_object *part = jsonread_is_object(json) ? json->first : NULL, *found = NULL;

	for (; part; part = part->next)
		if (!strcmp(part->key, key))
			found = part; /* of several the last counts */
	return not_null(found);
}

bool jsonread_next(struct json_object *json, const void **at, const char **key,
		   struct json_object **value)
{
	const struct json_object *last = *at;
	struct json_object *part;

	if (!jsonread_is_object(json))
		return false;
	part = last ? last->next : json->first;
	if (!part)
		return false;
	*at = part;
	*key = part->key;
	*value = not_null(part);
	return true;
}

size_t jsonread_length(struct json_object *json)
{
	return jsonread_is_array(json) ? json->count : 0;
}

struct json_object *jsonread_item(struct json_object *json, size_t i)
{
	if (i >= jsonread_length(json))
		return NULL;
	if (!json->item || i < json->item_index) {
		json->item = json->first;
		json->item_index = 0;
	}
	for (; json->item_index < i; json->item_index++)
		json->item = json->item->next;
	return not_null(json->item);
}

const char *jsonread_string(struct json_object *json)
{
	return is_type(json, TYPE_STRING) && strlen(json->text) == json->length ? json->text : NULL;
}

bool jsonread_bool(struct json_object *json, bool *value)
{
	if (!is_type(json, TYPE_BOOL))
		return false;
	*value = json->whole;
	return true;
}

bool jsonread_whole(struct json_object *json, uint64_t max, uint64_t *value)
{
	if (!is_type(json, TYPE_NUMBER) || !json->whole || json->number > max)
		return false;
	*value = json->number;
	return true;
}

bool jsonread_number(struct json_object *json, uint64_t *value)
{
	const char *text = jsonread_string(json);

	return text ? text_hex_string(text, value) : jsonread_whole(json, UINT64_MAX, value);
}

bool jsonread_pair(struct json_object *json, uint64_t *first, uint64_t *last)
{
	return jsonread_length(json) == 2 && jsonread_number(jsonread_item(json, 0), first) &&
	       jsonread_number(jsonread_item(json, 1), last);
}

bool jsonread_range(struct json_object *json, uint64_t max, uint64_t *first, uint64_t *last)
{
	return jsonread_pair(json, first, last) && *first <= *last && *last <= max;
}
