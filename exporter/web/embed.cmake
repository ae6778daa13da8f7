# cmake -DOUT=page_files.cc "-DFILES=a;b" -P embed.cmake: the files as arrays of bytes.
set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {\n${bytes}};\n")
  string(APPEND rows "    PageFile{\"${name}\", {reinterpret_cast<const char*>(kFile${number}), sizeof kFile${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Made by exporter/web/embed.cmake.
#include \"exporter/web/page_files.h\"

#include <array>

namespace maillog {
namespace {

${arrays}
const std::array kFiles{
${rows}};

}  // namespace

std::span<const PageFile> PageFiles() { return kFiles; }

std::string_view PageFileText(std::string_view name) {
  for (const PageFile& file : kFiles) {
    if (file.name == name) return file.text;
  }
  return {};
}

}  // namespace maillog
")
