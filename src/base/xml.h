/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stdio.h>

/* Writes text so that it stands for itself in XML, also within quotes. Bytes that are not printable
 * ASCII become '?'. */
void xml_text(FILE *stream, const char *text);

/* ` NAME="TEXT"`, an attribute of an element that is open. */
void xml_attribute(FILE *stream, const char *name, const char *text);

#endif
