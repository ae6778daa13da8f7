// A certificate for tests, made when it is needed: no key is in the tree, and none expires.
#pragma once

#include <string>

namespace maillog::test {

struct Identity {
  std::string certificate;  ///< PEM, signed by itself, for `localhost`
  std::string key;          ///< PEM
};
[[nodiscard]] Identity MakeIdentity();

}  // namespace maillog::test
