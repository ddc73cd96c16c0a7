//! Downloads the free publishers' files into a folder, resumably and politely.
