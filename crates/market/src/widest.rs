//! One body compiled for several widths of vectors, the widest that the processor has picked when the program runs.
//!
//! A body may hold nothing but `+ - * /`, `sqrt`, comparisons and bit patterns, lane by lane. The compiler never fuses a
//! multiplication with an addition of its own accord, so every width gives the same bits.

/// Defines `$name`, which calls the inlined function `$body` with the widest vectors.
macro_rules! widest {
    ($(#[$attribute:meta])* $visible:vis $name:ident = $body:ident($($argument:ident: $kind:ty),* $(,)?)) => {
        $(#[$attribute])*
        #[cfg_attr(
            target_arch = "x86_64",
            expect(unsafe_code, reason = "the only way to call code for vectors that not every processor has")
        )]
        $visible fn $name($($argument: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
                fn avx512($($argument: $kind),*) {
                    $body($($argument),*);
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $kind),*) {
                    $body($($argument),*);
                }
                let has_avx512 = is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl");
                if has_avx512 {
                    // SAFETY: the processor has every feature the function is compiled for.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: as above.
                    return unsafe { avx2($($argument),*) };
                }
            }
            $body($($argument),*);
        }
    };
}
pub(crate) use widest;
