/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/host.h"

#include "base/text.h"
#include "source/structs/lists.h"
#include "source/structs/mtrrs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define E820_MOST   4096 /* entries */
#define E820_USABLE 1

bool host_variable(struct xendata *data, const char *name, unsigned int size, uint64_t *value)
{
	uint64_t address;

	return syms_find(data->syms, name, &address, NULL) &&
	       xmem_number(&data->mem, address, size, value);
}

/* Whole pages only. */
static int add_ram(struct ranges *ram, uint64_t address, uint64_t size)
{
	uint64_t first = (address + PAGE_SIZE - 1) / PAGE_SIZE, end = (address + size) / PAGE_SIZE;

	return first < end ? ranges_add(ram, first, end - 1) : 0;
}

static int memory_map(struct xendata *data)
{
	const struct layout *layout = &data->layout;
	struct fact_ranges *ram = &data->host.ram;
	uint64_t map, entry, count, address, size, type, i;
	int rc = 0;

	if (!layout_has(layout, E820_COUNT, E820_TYPE) || !layout->size[STRUCT_E820_ENTRY] ||
	    !syms_find(data->syms, "e820", &map, NULL) ||
	    !xmem_member(&data->mem, layout, E820_COUNT, map, &count) || !count ||
	    count > E820_MOST ||
	    count * layout->size[STRUCT_E820_ENTRY] > layout->member[E820_MAP].size)
		return 0;
	for (i = 0; i < count && !rc; i++) {
		entry = xmem_place(layout, E820_MAP, map) + i * layout->size[STRUCT_E820_ENTRY];
		if (!xmem_member(&data->mem, layout, E820_ADDRESS, entry, &address) ||
		    !xmem_member(&data->mem, layout, E820_SIZE, entry, &size) ||
		    !xmem_member(&data->mem, layout, E820_TYPE, entry, &type) || address >> 52 ||
		    size >> 52) {
			ranges_clear(&ram->ranges);
			return 0;
		}
		if (type == E820_USABLE)
			rc = add_ram(&ram->ranges, address, size);
	}
	ram->how = ram->ranges.count ? HOW_MEASURED : HOW_UNKNOWN;
	return rc;
}

static int read_only_mmio(struct xendata *data)
{
	struct facts *host = &data->host;
	uint64_t set;
	int rc = 1;

	if (host_variable(data, "mmio_ro_ranges", 8, &set) && xmem_pointer(set))
		rc = rangeset_read(&data->mem, &data->layout, set, &host->mmio_ro.ranges);
	if (rc) {
		ranges_clear(&host->mmio_ro.ranges);
		return rc < 0 ? rc : 0;
	}
	host->mmio_ro.how = HOW_MEASURED;
	host->mmio_ro_complete = true;
	return 0;
}

int host_read(struct xendata *data)
{
	struct facts *host = &data->host;
	uint64_t address, snoop;
	int rc = memory_map(data);

	if (!rc)
		rc = read_only_mmio(data);
	if (syms_find(data->syms, "mtrr_state", &address, NULL) &&
	    !mtrr_state_read(&data->mem, &data->layout, address, &host->host))
		memset(&host->host, 0, sizeof(host->host));
	if (host_variable(data, "iommu_snoop", 1, &snoop) && snoop <= 1) {
		host->iommu_snoop.value = snoop;
		host->iommu_snoop.how = HOW_MEASURED;
	}
	if (!rc)
		rc = frametable_valid(&data->frametable, &data->mem, data->syms,
				      &host->mfn_valid.ranges);
	if (!rc)
		host->mfn_valid.how = HOW_MEASURED;
	else
		ranges_clear(&host->mfn_valid.ranges);
	return rc < 0 ? rc : 0;
}

/* ---- which Xen ---- */

#define CODE_BYTES 16

/* The code of a function behind what may stand at the begin of any: endbr64, a frame pointer. */
static const uint8_t *function(struct xendata *data, const char *name, uint8_t *code,
			       uint64_t *address)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	static const uint8_t frame[] = { 0x55, 0x48, 0x89, 0xe5 };
	const uint8_t *at = code;

	if (!syms_find(data->syms, name, address, NULL) ||
	    !xmem_read(&data->mem, *address, code, 2 * CODE_BYTES))
		return NULL;
	if (!memcmp(at, endbr64, sizeof(endbr64)))
		at += sizeof(endbr64);
	if (!memcmp(at, frame, sizeof(frame)))
		at += sizeof(frame);
	*address += at - code;
	return at;
}

/* mov $NUMBER, %eax */
static bool returned_number(struct xendata *data, const char *name, uint32_t *number)
{
	uint8_t code[2 * CODE_BYTES];
	uint64_t address;
	const uint8_t *at = function(data, name, code, &address);

	if (!at || at[0] != 0xb8)
		return false;
	memcpy(number, at + 1, sizeof(*number));
	return *number < 1000;
}

/* lea OFFSET(%rip), %rax */
static bool returned_string(struct xendata *data, const char *name, char *text, size_t size)
{
	uint8_t code[2 * CODE_BYTES];
	uint64_t address;
	const uint8_t *at = function(data, name, code, &address);
	int32_t offset;
	size_t i;

	if (!at || at[0] != 0x48 || at[1] != 0x8d || at[2] != 0x05)
		return false;
	memcpy(&offset, at + 3, sizeof(offset));
	address += 7 + (int64_t)offset;
	for (i = 0; i < size; i++)
		if (!xmem_read(&data->mem, address + i, &text[i], 1))
			return false;
		else if (!text[i])
			return true;
	return false;
}

bool host_version(struct xendata *data, char *text, size_t size)
{
	uint32_t major, minor;
	char extra[64];

	if (!returned_number(data, "xen_major_version", &major) ||
	    !returned_number(data, "xen_minor_version", &minor) ||
	    !returned_string(data, "xen_extra_version", extra, sizeof(extra)))
		return false;
	snprintf(text, size, "%" PRIu32 ".%" PRIu32 "%s", major, minor, extra);
	text_sanitize(text);
	return true;
}
