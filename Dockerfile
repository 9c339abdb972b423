# Straightwire in a container. The TAP is made in the container's network namespace, so share the host's to be reached:
#
#   docker build -t straightwire .
#   docker run --rm --network host --device /dev/net/tun --cap-add NET_ADMIN -v "$PWD/content:/content:ro" straightwire
#
# It needs no other privilege (add --cap-drop ALL), and nothing from the host but /dev/net/tun. The packet link takes
# --cap-add NET_RAW besides, xdp BPF too; what is missing is named in the error. All capabilities are gone before the
# first frame is served. Landlock and seccomp work in a container as outside.
#
# libpcap is not in it, which --link pcap needs: the packet link does the same there, and more.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev zlib1g-dev
WORKDIR /source
COPY . .
RUN dotnet publish Appliance -c Release -o /publish
# The image is the program, the libraries that it was linked with, and the demo site.
RUN mkdir -p /image/opt/straightwire && mv /publish/straightwire /image/opt/straightwire && mv /publish/content /image \
    && cp --parents $(ldd /image/opt/straightwire/straightwire | grep -o '/[^ ]*') /image

FROM scratch
COPY --from=build /image /
# A user without root would have CAP_NET_ADMIN only in its bounding set, where it has no effect.
USER 0
ENTRYPOINT ["/opt/straightwire/straightwire"]
CMD ["serve", "/content"]
