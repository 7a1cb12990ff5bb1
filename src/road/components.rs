//! What can be reached from where and back.

/// The strongly connected component of each of `count` things (Tarjan 1972, without recursion).
pub(super) fn components<I: Iterator<Item = u32>>(count: usize, next: impl Fn(u32) -> I) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; count];
    let mut low = vec![0; count];
    let mut component = vec![UNSEEN; count];
    let mut stack = Vec::new();
    let (mut seen, mut found) = (0, 0);
    for start in 0..count as u32 {
        if order[start as usize] != UNSEEN {
            continue;
        }
        order[start as usize] = seen;
        low[start as usize] = seen;
        seen += 1;
        stack.push(start);
        let mut walk = vec![(start, next(start))];
        while let Some((current, steps)) = walk.last_mut() {
            let current = *current;
            if let Some(to) = steps.next() {
                if order[to as usize] == UNSEEN {
                    order[to as usize] = seen;
                    low[to as usize] = seen;
                    seen += 1;
                    stack.push(to);
                    walk.push((to, next(to)));
                } else if component[to as usize] == UNSEEN {
                    low[current as usize] = low[current as usize].min(order[to as usize]);
                }
                continue;
            }
            walk.pop();
            if let Some((before, _)) = walk.last() {
                low[*before as usize] = low[*before as usize].min(low[current as usize]);
            }
            if low[current as usize] == order[current as usize] {
                while let Some(member) = stack.pop() {
                    component[member as usize] = found;
                    if member == current {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
