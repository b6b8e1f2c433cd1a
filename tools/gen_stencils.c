/* gen_stencils.c - makes the table of stencils (vm/exec/native_table.h) of object files.
 *
 *     gen_stencils VARIANTS FILE.o... > stencil_table.c
 *
 * Each stencil has the sections ".stencil.F.V.h" and ".stencil.F.V.c" (see stencil_asm.awk). Runs on the
 * machine that builds. */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAVOURS 4
#define BYTE_PLACE 123       /* what stencil_asm.awk puts where such a relocation is */
#define MAX_NAMES 1000

typedef struct Part {
    const uint8_t *bytes;
    size_t size;
    const Elf64_Rela *relocs;
    size_t reloc_count;
    unsigned index;                /* of the section */
} Part;

typedef struct Object {
    uint8_t *bytes;
    const Elf64_Ehdr *header;
    const Elf64_Shdr *sections;
    const char *section_names;
    const Elf64_Sym *symbols;
    const char *symbol_names;
} Object;

typedef struct Source {
    Object *object;
    Part parts[2];                 /* hot and cold */
} Source;

static Source *sources;            /* [FLAVOURS * variants] */
static unsigned variants;
static const char *names[MAX_NAMES];
static unsigned name_count;
static size_t byte_count, reloc_count;

static void die(const char *what, const char *which)
{
    fprintf(stderr, "gen_stencils: %s: %s\n", which, what);
    exit(1);
}

static Object *read_object(const char *path)
{
    Object *object = calloc(1, sizeof *object);
    FILE *file = fopen(path, "rb");
    long size;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0)
        die("cannot be read", path);
    rewind(file);
    object->bytes = malloc((size_t)size);
    if (fread(object->bytes, 1, (size_t)size, file) != (size_t)size)
        die("cannot be read", path);
    fclose(file);
    object->header = (const Elf64_Ehdr *)object->bytes;
    if (memcmp(object->header->e_ident, ELFMAG, SELFMAG) != 0 || object->header->e_machine != EM_X86_64)
        die("is no object file for x86-64", path);
    object->sections = (const Elf64_Shdr *)(object->bytes + object->header->e_shoff);
    object->section_names = (const char *)object->bytes + object->sections[object->header->e_shstrndx].sh_offset;
    for (unsigned i = 0; i < object->header->e_shnum; i++) {
        const Elf64_Shdr *section = &object->sections[i];
        if (section->sh_type == SHT_SYMTAB) {
            object->symbols = (const Elf64_Sym *)(object->bytes + section->sh_offset);
            object->symbol_names = (const char *)object->bytes + object->sections[section->sh_link].sh_offset;
        }
    }
    return object;
}

/* The place of a stencil's section by its name; null: it is none. */
static Part *part_of(const char *name, Object *object)
{
    unsigned flavour, variant;
    char half;

    if (sscanf(name, ".stencil.%u.%u.%c", &flavour, &variant, &half) != 3 || flavour >= FLAVOURS || variant >= variants)
        return NULL;
    sources[flavour * variants + variant].object = object;
    return &sources[flavour * variants + variant].parts[half == 'c'];
}

static void collect(Object *object)
{
    for (unsigned i = 0; i < object->header->e_shnum; i++) {
        const Elf64_Shdr *section = &object->sections[i];
        const char *name = object->section_names + section->sh_name;
        Part *part;
        if (section->sh_type == SHT_PROGBITS && (part = part_of(name, object))) {
            part->bytes = object->bytes + section->sh_offset;
            part->size = section->sh_size;
            part->index = i;
        } else if (section->sh_type == SHT_RELA && strncmp(name, ".rela", 5) == 0 && (part = part_of(name + 5, object))) {
            part->relocs = (const Elf64_Rela *)(object->bytes + section->sh_offset);
            part->reloc_count = section->sh_size / sizeof(Elf64_Rela);
        }
    }
}

/* --- relocations ------------------------------------------------------------------------------- */

static const char *form_of(unsigned type)
{
    switch (type) {
    case R_X86_64_32: return "HOLE_UNSIGNED";
    case R_X86_64_32S: return "HOLE_SIGNED";
    case R_X86_64_64: return "HOLE_WIDE";
    case R_X86_64_8: return "HOLE_BYTE";
    case R_X86_64_PC32: case R_X86_64_PLT32: return "HOLE_RELATIVE";
    default: return NULL;
    }
}

static unsigned name_index(const char *name)
{
    for (unsigned i = 0; i < name_count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    if (name_count == MAX_NAMES)
        die("too many names", name);
    names[name_count] = name;
    return name_count++;
}

/* What a symbol stands for, as an expression of C. */
static void print_value(const Source *source, const Elf64_Sym *symbol)
{
    static const struct { const char *prefix, *value; } kinds[] = {
        {"stencil_number_", "HOLE_NUMBER"}, {"stencil_small_", "HOLE_NUMBER"}, {"stencil_word_", "HOLE_WORD"},
        {"stencil_label_", "HOLE_LABEL"}, {"stencil_go_next", "HOLE_GO_NEXT"},
        {"stencil_go_plain", "HOLE_GO_PLAIN"}, {"stencil_go_", "HOLE_GO"},
        {"stencil_next", "HOLE_NEXT"}, {"stencil_here", "HOLE_HERE"}};
    const char *name = source->object->symbol_names + symbol->st_name;

    if (symbol->st_shndx != SHN_UNDEF) {
        printf(symbol->st_shndx == source->parts[0].index ? "HOLE_HOT" : "HOLE_COLD");
        if (symbol->st_shndx != source->parts[0].index && symbol->st_shndx != source->parts[1].index)
            die("refers to another stencil", name);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i].prefix);
        if (strncmp(name, kinds[i].prefix, length) == 0) {
            printf("%s", kinds[i].value);
            if (name[length])
                printf(" + %d", atoi(name + length));
            return;
        }
    }
    printf("HOLE_EXTERNAL + %u", name_index(name));
}

static void print_relocs(const Source *source, const Part *part)
{
    for (size_t i = 0; i < part->reloc_count; i++) {
        const Elf64_Rela *reloc = &part->relocs[i];
        const Elf64_Sym *symbol = &source->object->symbols[ELF64_R_SYM(reloc->r_info)];
        const char *form = form_of((unsigned)ELF64_R_TYPE(reloc->r_info));
        if (!form)
            die("relocation of an unknown form", source->object->symbol_names + symbol->st_name);
        if (ELF64_R_TYPE(reloc->r_info) == R_X86_64_8 && part->bytes[reloc->r_offset] != BYTE_PLACE)
            die("a byte stands elsewhere than stencil_asm.awk thinks", source->object->symbol_names + symbol->st_name);
        printf("    {%u, %s, ", (unsigned)reloc->r_offset, form);
        print_value(source, symbol);
        printf(", %ld},\n", (long)(reloc->r_addend + (symbol->st_shndx != SHN_UNDEF ? (long)symbol->st_value : 0)));
    }
    reloc_count += part->reloc_count;
}

/* --- the table --------------------------------------------------------------------------------- */

static void print_bytes(const Part *part)
{
    for (size_t i = 0; i < part->size; i++)
        printf("%u,%s", part->bytes[i], i % 24 == 23 ? "\n" : "");
    printf("\n");
}

static void print_table(void)
{
    printf("const Stencil native_stencils[NATIVE_FLAVOURS][VMOP_VARIANT_COUNT] = {\n");
    for (unsigned i = 0; i < FLAVOURS * variants; i++) {
        const Part *parts = sources[i].parts;
        printf("%s    {%zu, %zu, %zu, %zu, %zu, %zu, %d},\n%s", i % variants == 0 ? "{\n" : "", byte_count, reloc_count,
               parts[0].size, parts[1].size, parts[0].reloc_count, parts[1].reloc_count, sources[i].object != NULL,
               i % variants == variants - 1 ? "},\n" : "");
        byte_count += parts[0].size + parts[1].size;
        reloc_count += parts[0].reloc_count + parts[1].reloc_count;
    }
    printf("};\n\n");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        die("number of variants missing", "usage");
    variants = (unsigned)atoi(argv[1]);
    sources = calloc((size_t)FLAVOURS * variants + 1, sizeof *sources);
    for (int i = 2; i < argc; i++)
        collect(read_object(argv[i]));
    printf("/* Generated by gen_stencils. */\n#include \"vm/exec/native_table.h\"\n\n");
    print_table();
    printf("const uint8_t native_bytes[] = {\n");
    for (unsigned i = 0; i < FLAVOURS * variants; i++) {
        print_bytes(&sources[i].parts[0]);
        print_bytes(&sources[i].parts[1]);
    }
    printf("0};\n\nconst NativeHole native_holes[] = {\n");
    for (unsigned i = 0; i < FLAVOURS * variants; i++) {
        print_relocs(&sources[i], &sources[i].parts[0]);
        print_relocs(&sources[i], &sources[i].parts[1]);
    }
    printf("    {0, HOLE_WIDE, HOLE_HERE, 0}};\n\n");
    for (unsigned i = 0; i < name_count; i++)
        printf("extern char external_%u[] __asm__(\"%s\");\n", i, names[i]);
    printf("char *const native_externals[] = {\n");
    for (unsigned i = 0; i < name_count; i++)
        printf("    external_%u,\n", i);
    printf("    0};\nconst bool native_is_there = %s;\n", argc > 2 ? "true" : "false");
    return 0;
}
